import { ORPCError } from '@orpc/client';
import { afterEach, expect, test, vi } from 'vitest';
import { connectToWebHost, inWords } from '../../renderer/src/api.ts';
import { speak } from '../../renderer/src/texts/index.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  speak('en');
});

test('a tab whose key the host no longer knows is told so, with what to do', () => {
  const refused = new ORPCError('FORBIDDEN', { status: 403 });
  expect(inWords(refused)).toMatch(/^Entail was started again .* shows a new link\.$/);
  speak('de');
  expect(inWords(refused)).toMatch(/^Entail wurde neu gestartet /);
});

test('a new link that is opened in a tab loads its page anew; other ends of its address do not', async () => {
  const page = new EventTarget();
  const address = { hash: '', origin: 'http://127.0.0.1:1', reload: vi.fn() };
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', address);
  vi.stubGlobal('sessionStorage', { getItem: () => 'key', setItem: () => undefined });
  await connectToWebHost();
  address.hash = '#top';
  page.dispatchEvent(new Event('hashchange'));
  expect(address.reload).not.toHaveBeenCalled();
  address.hash = '#k=new';
  page.dispatchEvent(new Event('hashchange'));
  expect(address.reload).toHaveBeenCalledOnce();
});
