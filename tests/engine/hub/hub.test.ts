import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withDownloadLock } from '../../../engine/hub/downloadLock.ts';
import { type DownloadOptions, downloadModel } from '../../../engine/hub/hub.ts';
import { moveWeightsOutside } from '../../support/outsideWeights.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import {
  COMMIT,
  fileOf,
  type Handler,
  type LocalServer,
  sendElsewhere,
  sendFile,
  serve,
} from './hubServer.ts';

const MODEL = Buffer.alloc(200_000, 'model bytes ');
const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type":"bert"}'),
  'tokenizer.json': Buffer.from('{"model":{}}'),
  'onnx/model.onnx': MODEL,
};

let home: string;
const servers: LocalServer[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'entail-hub-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(home, { recursive: true });
});

async function started(handler: Handler): Promise<LocalServer> {
  const server = await serve(handler);
  servers.push(server);
  return server;
}

/** A hub of FILES; `special` answers first and says whether it did. */
const hubWith = (special: (...args: Parameters<Handler>) => boolean = () => false): Promise<LocalServer> =>
  started((request, response) => {
    if (special(request, response)) return;
    const content = FILES[fileOf(request)];
    if (content) sendFile(request, response, content);
    else response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  });

const download = (hub: { url: string }, options: Partial<DownloadOptions> = {}) =>
  downloadModel('owner/name', { home, endpoint: hub.url, token: 'secret', retryDelayMs: 1, ...options });
const refusal = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
const modelDir = () => join(home, 'models', 'owner--name');
const wantsModel = (request: Parameters<Handler>[0]) =>
  request.method === 'GET' && fileOf(request) === 'onnx/model.onnx';

test('a model is downloaded once, pinned to its commit, with progress to the last byte', async () => {
  const hub = await hubWith();
  const progress: number[] = [];
  let total = 0;
  const onProgress: DownloadOptions['onProgress'] = ({ receivedBytes, totalBytes }) => {
    progress.push(receivedBytes);
    total = totalBytes;
  };
  const dir = await download(hub, { onProgress });
  expect(dir).toBe(join(modelDir(), COMMIT));
  expect(await readFile(join(dir, 'onnx', 'model.onnx'))).toEqual(MODEL);
  expect((await readdir(modelDir())).sort()).toEqual([COMMIT, 'current']);
  expect(progress.at(-1)).toBe(total);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  const paths = hub.requests.map(({ path }) => path);
  expect(paths[0]).toBe('/owner/name/resolve/main/config.json');
  expect(paths.slice(1).every((path) => path.startsWith(`/owner/name/resolve/${COMMIT}/`))).toBe(true);

  expect(await download({ url: 'http://127.0.0.1:9' })).toBe(dir);
});

test('weights outside of the model file are downloaded, whatever their file is called', async () => {
  const own = join(home, 'own');
  writeTinyModel(own);
  moveWeightsOutside(join(own, 'model.onnx'), 'model.onnx.data');
  const files: Record<string, Buffer> = {
    'onnx/model.onnx': await readFile(join(own, 'model.onnx')),
    'onnx/model.onnx.data': await readFile(join(own, 'model.onnx.data')),
  };
  const sends = (left: string) =>
    hubWith((request, response) => {
      const name = fileOf(request);
      const content = name === left ? undefined : files[name];
      if (content) sendFile(request, response, content);
      return content !== undefined;
    });
  await expect(download(await sends('onnx/model.onnx.data'))).rejects.toMatchObject({
    code: 'model_file_missing',
    message: 'owner/name has no onnx/model.onnx.data on the hub.',
  });
  const dir = await download(await sends(''));
  expect(await readFile(join(dir, 'onnx', 'model.onnx.data'))).toEqual(files['onnx/model.onnx.data']);
});

test('row 51: ids that are no ids are refused without a request', async () => {
  const hub = await hubWith();
  const ids = [
    '../../x',
    '..',
    'a/..',
    'C:\\x',
    'C:/x',
    'a\\b',
    'a/b/c',
    'con/nul',
    'a/NUL.txt',
    'a/com1',
    '.a/b',
    'a/.b',
    'a/b.',
    'a',
    '',
    '/',
    'a/',
    '/b',
    'a/b?x',
    'a/b#c',
    'a /b',
    'a/b\n',
    'ä/b',
    'a/b..c',
    'a--b/c',
    `a/${'x'.repeat(300)}`,
    'http://x/y',
  ];
  const codes = await Promise.all(ids.map((id) => refusal(downloadModel(id, { home, endpoint: hub.url }))));
  expect(ids.filter((_, index) => codes[index] !== 'model_id_invalid')).toEqual([]);
  expect([hub.requests, await readdir(home)]).toEqual([[], []]);
});

test('row 52: the token goes to the hub and not to the host it redirects to', async () => {
  const storage = await started((request, response) => sendFile(request, response, MODEL));
  const hub = await hubWith((request, response) => {
    if (fileOf(request) !== 'onnx/model.onnx') return false;
    sendElsewhere(response, MODEL, `${storage.url}/blob?key=1`);
    return true;
  });
  await download(hub);
  expect([...new Set(hub.requests.map(({ authorization }) => authorization))]).toEqual(['Bearer secret']);
  expect(storage.requests).toEqual([
    { method: 'GET', path: '/blob?key=1', range: undefined, authorization: undefined },
  ]);
});

test('a renamed model is found where the hub says', async () => {
  const hub = await hubWith((request, response) => {
    if (!request.url?.startsWith('/owner/name/')) return false;
    response.writeHead(307, { location: request.url.replace('/owner/name/', '/owner/new/') }).end();
    return true;
  });
  expect(await readFile(join(await download(hub), 'config.json'))).toEqual(FILES['config.json']);
});

test('row 52: a download cut at 50 % goes on where it stopped', async () => {
  let cuts = 0;
  const hub = await hubWith((request, response) => {
    if (!wantsModel(request) || cuts++ > 0) return false;
    response.writeHead(200, { 'content-length': MODEL.length });
    response.write(MODEL.subarray(0, MODEL.length / 2), () => setTimeout(() => response.destroy(), 50));
    return true;
  });
  const dir = await download(hub);
  expect(await readFile(join(dir, 'onnx', 'model.onnx'))).toEqual(MODEL);
  expect(
    hub.requests
      .filter(({ method, path }) => method === 'GET' && path.endsWith('.onnx'))
      .map(({ range }) => range),
  ).toEqual([undefined, `bytes=${MODEL.length / 2}-`]);
});

test('row 52: what a failed download left is used by the next, also where the host does not resume', async () => {
  const cutting = await hubWith((request, response) => {
    if (!wantsModel(request)) return false;
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-range': `bytes ${start}-${MODEL.length - 1}/${MODEL.length}`,
      'content-length': MODEL.length - start,
    });
    response.write(MODEL.subarray(start, start + 10_000), () => setTimeout(() => response.destroy(), 20));
    return true;
  });
  expect(await refusal(download(cutting))).toBe('download_interrupted');
  expect(existsSync(join(modelDir(), COMMIT))).toBe(false);
  const plain = await hubWith((request, response) => {
    if (!wantsModel(request)) return false;
    response.writeHead(200, { 'content-length': MODEL.length }).end(MODEL);
    return true;
  });
  expect(await readFile(join(await download(plain), 'onnx', 'model.onnx'))).toEqual(MODEL);
  expect(plain.requests.filter(({ method }) => method === 'GET').map(({ range }) => range)).toEqual([
    'bytes=40000-',
  ]);
});

test('row 52: wrong hash, wrong length, proxy pages and refusals are named, and the cache stays empty', async () => {
  const answer = (handler: Handler) =>
    hubWith((request, response) => {
      if (!wantsModel(request)) return false;
      handler(request, response);
      return true;
    });
  const always = (handler: Handler) => started(handler);
  const changed = Buffer.from(MODEL).fill('x', 0, 10);
  const hubs: [string, Promise<LocalServer>][] = [
    ['download_wrong_content', answer((_, response) => response.writeHead(200).end(changed))],
    [
      'download_wrong_content',
      answer((_, response) => response.writeHead(200).end(Buffer.concat([MODEL, MODEL]))),
    ],
    ['download_interrupted', answer((_, response) => response.writeHead(200).end(MODEL.subarray(0, 100)))],
    [
      'hub_redirect_refused',
      answer((_, response) => response.writeHead(302, { location: 'http://example.com/x' }).end()),
    ],
    [
      'hub_redirect_refused',
      answer((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
    ],
    [
      'hub_unexpected_answer',
      answer((request, response) => response.writeHead(302, { location: request.url }).end()),
    ],
    ['hub_busy', answer((_, response) => response.writeHead(500).end())],
    ['hub_busy', answer((_, response) => response.writeHead(429, { 'retry-after': '0' }).end())],
    ['hub_denied', answer((_, response) => response.writeHead(403).end())],
    [
      'hub_unexpected_answer',
      always((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in')),
    ],
    ['hub_denied', always((_, response) => response.writeHead(401).end())],
    [
      'hub_denied',
      always((_, response) => response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end()),
    ],
    [
      'model_file_missing',
      always((request, response) =>
        fileOf(request) === 'config.json'
          ? sendFile(request, response, MODEL)
          : response.writeHead(404).end(),
      ),
    ],
    [
      'hub_unexpected_answer',
      always((request, response) => sendFile(request, response, MODEL, { etag: 'none' })),
    ],
    [
      'download_too_large',
      always((request, response) =>
        sendFile(request, response, Buffer.alloc(0), { 'content-length': '9999999999' }),
      ),
    ],
  ];
  const actual: (string | undefined)[] = [];
  for (const [, hub] of hubs) {
    actual.push(await refusal(download(await hub)));
    expect((await readdir(modelDir())).filter((name) => !name.endsWith('.partial'))).toEqual([]);
    await rm(modelDir(), { recursive: true });
  }
  expect(actual).toEqual(hubs.map(([code]) => code));
});

test('row 52: 429 and 500 that pass are waited for', async () => {
  let failures = 0;
  const hub = await hubWith((request, response) => {
    if (fileOf(request) !== 'tokenizer.json' || failures >= 2) return false;
    response.writeHead(failures++ === 0 ? 429 : 503, { 'retry-after': '0' }).end();
    return true;
  });
  expect(await readFile(join(await download(hub), 'tokenizer.json'))).toEqual(FILES['tokenizer.json']);
});

test('offline, and addresses that are no hub, are named', async () => {
  expect(await refusal(download({ url: 'http://127.0.0.1:9' }))).toBe('hub_unreachable');
  const addresses = [
    'http://example.com',
    'ftp://127.0.0.1',
    'file:///x',
    'x',
    'https://user:pass@example.com',
  ];
  expect(await Promise.all(addresses.map((url) => refusal(download({ url }))))).toEqual(
    addresses.map(() => 'hub_address_invalid'),
  );
});

test('a download can be cancelled and leaves no model', async () => {
  const controller = new AbortController();
  const hub = await hubWith((request, response) => {
    if (!wantsModel(request)) return false;
    response.writeHead(200, { 'content-length': MODEL.length });
    response.write(MODEL.subarray(0, 1000), () => setTimeout(() => controller.abort(), 20));
    return true;
  });
  expect(await refusal(download(hub, { signal: controller.signal }))).toBe('download_cancelled');
  expect(await readdir(modelDir())).toEqual([`${COMMIT}.partial`]);
});

test('two downloads of one model at once: the second is told, however late it comes', async () => {
  let answer: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => {
    answer = resolve;
  });
  // The first holds its lock until the second was told.
  const hub = await started((request, response) => {
    void waits.then(() => {
      const content = FILES[fileOf(request)];
      if (content) sendFile(request, response, content);
      else response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    });
  });
  const both = [refusal(download(hub)), refusal(download(hub))];
  expect(await Promise.race(both)).toBe('download_running');
  answer();
  expect((await Promise.all(both)).sort()).toEqual(['accepted', 'download_running']);
  expect((await readdir(modelDir())).sort()).toEqual([COMMIT, 'current']);
});

test('a lock that has no number yet is held: it was made this moment', async () => {
  const hub = await hubWith();
  await mkdir(modelDir(), { recursive: true });
  await writeFile(join(modelDir(), 'lock'), '');
  expect(await refusal(download(hub))).toBe('download_running');
  const before = new Date(Date.now() - 10 * 60_000);
  await utimes(join(modelDir(), 'lock'), before, before);
  expect(await refusal(download(hub))).toBe('accepted');
});

test('a lock of a dead process is taken over, by one of many that find it', async () => {
  const hub = await hubWith();
  for (let round = 0; round < 10; round++) {
    await rm(modelDir(), { recursive: true, force: true });
    await mkdir(modelDir(), { recursive: true });
    await writeFile(join(modelDir(), 'lock'), '999999999');
    let working = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++working);
      await new Promise((resolve) => setTimeout(resolve, 10));
      working -= 1;
    };
    const all = Array.from({ length: 8 }, () => refusal(withDownloadLock(modelDir(), work)));
    expect((await Promise.all(all)).filter((code) => code === 'accepted').length).toBeGreaterThan(0);
    expect(most).toBe(1);
  }
  await writeFile(join(modelDir(), 'lock'), '999999999');
  expect(await refusal(download(hub))).toBe('accepted');
});

test("a lock that another took over meanwhile stays the other's", async () => {
  const path = join(modelDir(), 'lock');
  await withDownloadLock(modelDir(), () => writeFile(path, '1 other'));
  expect(await readFile(path, 'utf8')).toBe('1 other');
});

test('another revision is another folder, and one that is there is not downloaded again', async () => {
  const newer = 'b'.repeat(40);
  let commit = COMMIT;
  const hub = await started((request, response) => {
    const content = FILES[fileOf(request)];
    if (content) sendFile(request, response, content, { 'x-repo-commit': commit });
    else response.writeHead(404).end();
  });
  await download(hub);
  commit = newer;
  expect(await download(hub)).toBe(join(modelDir(), COMMIT));
  expect(await download(hub, { update: true })).toBe(join(modelDir(), newer));
  expect(await download(hub)).toBe(join(modelDir(), newer));
  const before = hub.requests.length;
  expect(await download(hub, { revision: COMMIT })).toBe(join(modelDir(), COMMIT));
  expect(hub.requests.length).toBe(before);
  expect(await download(hub, { revision: 'v1' })).toBe(join(modelDir(), newer));
  expect(hub.requests.slice(before).filter(({ method }) => method === 'GET')).toEqual([]);
});
