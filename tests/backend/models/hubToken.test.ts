import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../../backend/machine/host.ts';
import { resolveModel } from '../../../backend/models/resolve.ts';
import { createLog } from '../../../process/log.ts';
import { serve } from '../../engine/hub/hubServer.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const TOKEN = 'hf_AbcdefgSecret0123456789';

function setting(name: string, value: string | undefined): void {
  const before = process.env[name];
  const set = (to: string | undefined) => {
    if (to === undefined) delete process.env[name];
    else process.env[name] = to;
  };
  set(value);
  onTestFinished(() => set(before));
}

/** A key store of a system; `open`: it gives back what it sealed. */
function keyStore() {
  const store = {
    open: true,
    seal: async (text: string) => Buffer.from([...text].reverse().join('')).toString('base64'),
    unseal: async (sealed: string) =>
      store.open ? [...Buffer.from(sealed, 'base64').toString()].reverse().join('') : null,
  };
  return store satisfies Partial<Host> & { open: boolean };
}

/** A hub that has nothing and remembers which tokens it was sent. */
async function hub() {
  const server = await serve((_, response) => {
    response.writeHead(401).end();
  });
  onTestFinished(() => server.close());
  return server;
}

/** All that lies in a folder, as one text. */
const contentOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

let asked: Awaited<ReturnType<typeof hub>>;

beforeEach(async () => {
  setting('HF_TOKEN', undefined);
  setting('ENTAIL_HOME', temporaryFolder());
  asked = await hub();
  setting('HF_ENDPOINT', asked.url);
});

const host = () => new URL(asked.url).host;

async function download(api: ReturnType<typeof clientOf>, name = 'owner/private'): Promise<void> {
  for await (const _ of await api.settings.getModel({ name }));
}

const sent = () => asked.requests.splice(0).map(({ authorization }) => authorization);

test('a token is sealed in the file, sent to the hub, and gone when it is removed', async () => {
  const backend = await newBackend({ host: keyStore() });
  const { home } = backend.session;
  const api = clientOf(backend);
  expect(await api.settings.hubToken()).toEqual({ host: host(), kept: 'none' });
  expect(await api.settings.setHubToken({ token: TOKEN })).toEqual({ host: host(), kept: 'system' });
  expect(contentOf(home)).not.toContain(TOKEN);

  await expect(download(api)).rejects.toThrow('does not give it to you (401)');
  // What a project needs is downloaded by another way.
  await expect(resolveModel('owner/private')).rejects.toMatchObject({ code: 'hub_denied' });
  expect(new Set(sent())).toEqual(new Set([`Bearer ${TOKEN}`]));

  expect(await api.settings.removeHubToken()).toMatchObject({ kept: 'none' });
  expect(readdirSync(home)).not.toContain('hub-token.json');
  await expect(download(api)).rejects.toThrow();
  expect(new Set(sent())).toEqual(new Set([undefined]));
});

test('the next start has it, from the key store alone', async () => {
  const store = keyStore();
  const first = await newBackend({ host: store });
  await clientOf(first).settings.setHubToken({ token: TOKEN });
  const sealed = readFileSync(join(first.session.home, 'hub-token.json'), 'utf8');

  const second = await newBackend({ host: store });
  const api = clientOf(second);
  writeFileSync(join(second.session.home, 'hub-token.json'), sealed);
  expect(await api.settings.hubToken()).toMatchObject({ kept: 'system' });
  await expect(download(api)).rejects.toThrow();
  expect(sent()[0]).toBe(`Bearer ${TOKEN}`);

  store.open = false;
  await expect(download(api)).rejects.toThrow();
  expect(sent()[0]).toBeUndefined();
  expect(await api.settings.hubToken()).toMatchObject({ kept: 'unreadable' });
});

test.each([
  ['there is no key store', {}],
  ['the key store does not give it back', { ...keyStore(), unseal: async () => null }],
])('where %s it is kept until the end, and in no file', async (_, keys) => {
  const backend = await newBackend({ host: keys });
  const api = clientOf(backend);
  expect(await api.settings.setHubToken({ token: TOKEN })).toMatchObject({ kept: 'session' });
  await expect(download(api)).rejects.toThrow();
  expect(sent()[0]).toBe(`Bearer ${TOKEN}`);
  expect(contentOf(backend.session.home) + contentOf(process.env.ENTAIL_HOME!)).not.toContain(TOKEN);
  await api.settings.removeHubToken();
  await expect(download(api)).rejects.toThrow();
  expect(sent()[0]).toBeUndefined();
});

test.each([
  ['sealed', keyStore()],
  ['for the session', {}],
])('a token %s goes to the host that it was given for, and to no other', async (_, keys) => {
  const api = clientOf(await newBackend({ host: keys }));
  await api.settings.setHubToken({ token: TOKEN });
  const other = await hub();
  setting('HF_ENDPOINT', other.url);
  expect(await api.settings.hubToken()).toEqual({ host: new URL(other.url).host, kept: 'elsewhere' });
  await expect(download(api)).rejects.toThrow();
  expect(other.requests.length).toBeGreaterThan(0);
  expect(other.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test('HF_TOKEN goes before it, and the page is told', async () => {
  const api = clientOf(await newBackend({ host: keyStore() }));
  await api.settings.setHubToken({ token: TOKEN });
  setting('HF_TOKEN', 'hf_ofTheEnvironment');
  expect(await api.settings.hubToken()).toMatchObject({ kept: 'environment' });
  await expect(download(api)).rejects.toThrow();
  expect(new Set(sent())).toEqual(new Set(['Bearer hf_ofTheEnvironment']));
});

test('a token that can’t be sent is refused, and no sentence and no log quotes it', async () => {
  const api = clientOf(await newBackend({ host: keyStore() }));
  const failure = await api.settings.setHubToken({ token: `${TOKEN} \u00e9` }).then(
    () => '',
    (error: unknown) => JSON.stringify([error, String(error)]),
  );
  expect(failure).toContain('BAD_REQUEST');
  expect(failure).not.toContain(TOKEN);

  setting('HF_TOKEN', `${TOKEN}\u00e9`);
  const error: unknown = await resolveModel('owner/private').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'hub_token_invalid' });
  const folder = mkdtempSync(join(temporaryFolder(), 'log-'));
  createLog(folder).error('unexpected', error);
  expect(`${String(error)} ${contentOf(folder)}`).not.toContain(TOKEN);
  expect(asked.requests).toEqual([]);
});
