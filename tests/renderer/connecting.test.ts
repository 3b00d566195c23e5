import { ORPCError } from '@orpc/client';
import { afterEach, expect, test, vi } from 'vitest';
import { inWords } from '../../renderer/src/api.ts';
import { connectToWebHost } from '../../renderer/src/connect/web.ts';
import { backendReturned, connection, noteFailure } from '../../renderer/src/state/connection.svelte.ts';
import { toasts } from '../../renderer/src/state/toasts.svelte.ts';
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

test('a host that was started again takes the key of a new link in the tab that it does not know', async () => {
  const page = new EventTarget();
  const address = { hash: '', origin: 'http://127.0.0.1:1', reload: vi.fn() };
  const kept = new Map([['entail-session', 'old']]);
  const asked: unknown[] = [];
  let answer = { ok: false, text: async () => 'late' };
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { replaceState: () => (address.hash = '') });
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string }) => {
    asked.push([url, body]);
    return answer;
  });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  await connectToWebHost();
  noteFailure(new ORPCError('FORBIDDEN', { status: 403 }));
  expect(connection.status).toBe('unknown');
  const opened = async (key: string) => {
    address.hash = `#k=${key}`;
    page.dispatchEvent(new Event('hashchange'));
    await new Promise((resolve) => setTimeout(resolve));
  };
  await opened('one');
  expect(connection.status).toBe('unknown');
  expect(toasts.all.at(-1)?.message).toMatch(/^This link is more than a minute old\. .* new link\.$/);
  expect(kept.get('entail-session')).toBe('old');
  answer = { ok: true, text: async () => 'new' };
  await opened('two');
  expect(asked).toEqual([
    ['/session', 'one'],
    ['/session', 'two'],
  ]);
  expect(kept.get('entail-session')).toBe('new');
  expect(connection.status).toBe('ready');
  expect(address.reload).not.toHaveBeenCalled();
  backendReturned();
});
