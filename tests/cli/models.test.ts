import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileOf, sendElsewhere, sendFile, serve } from '../engine/hub/hubServer.ts';
import { writeTinyModel } from '../support/tinyModel.ts';
import { LABELS_FILE, rows, workplace } from './support.ts';

/** A hub of the tiny model whose large file lies elsewhere; the first attempt at it breaks off half way. */
async function hub(dir: string) {
  const read = (name: string) => readFileSync(join(dir, 'model', name));
  let broken = false;
  const server = await serve((request, response) => {
    const file = fileOf(request);
    if (file === 'onnx/model.onnx')
      return sendElsewhere(response, read('model.onnx'), `${server.url}/store/model`);
    if (request.url === '/store/model') {
      const content = read('model.onnx');
      if (broken || request.headers.range) return sendFile(request, response, content);
      broken = true;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 700), () => response.destroy());
      return;
    }
    if (['config.json', 'tokenizer.json', 'tokenizer_config.json'].includes(file))
      return sendFile(request, response, read(file));
    response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  });
  onTestFinished(() => server.close());
  return server;
}

/** Asynchronous, since the server lives in this process. */
function runWith(place: ReturnType<typeof workplace>, args: readonly string[], endpoint: string) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../cli/entail.js'), ...args], {
      cwd: place.dir,
      env: { ...place.env, HF_ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

test('52: a model is downloaded once, over redirects and a connection that breaks, listed, used and removed', async () => {
  const place = workplace();
  const server = await hub(place.dir);
  const run = (...args: string[]) => runWith(place, args, server.url);
  expect((await run('models', 'get', 'someone/tiny')).code).toBe(0);
  const { installed } = JSON.parse((await run('models', 'list', '--json')).out) as {
    installed: { id: string }[];
  };
  expect(installed.map(({ id }) => id)).toContain('someone/tiny');
  const asked = server.requests.length;
  place.write('labels.json', LABELS_FILE);
  place.write('docs.jsonl', rows(4));
  for (const none of ['', 'DEFAULT', 'default/', 'nowhere'])
    expect((await run('new', 'none.entail', '--labels', 'labels.json', '--model', none)).err).toContain(
      `There is no model "${none}".`,
    );
  expect((await run('new', 'p.entail', '--labels', 'labels.json', '--model', 'someone/tiny')).code).toBe(0);
  await run('import', 'p.entail', 'docs.jsonl');
  expect((await run('suggest', 'p.entail')).out).toContain('4 documents scored');
  expect(server.requests.length).toBe(asked);
  expect((await run('models', 'remove', 'someone/tiny')).code).toBe(0);
  expect((await run('models', 'remove', 'someone/tiny')).err).toContain('was not downloaded');
  expect((await run('models', 'remove', 'default')).code).toBe(1);
}, 180_000);

test('51, 52: bad ids are refused without a request; an unreachable hub is a sentence', async () => {
  const place = workplace();
  const server = await hub(place.dir);
  for (const id of ['../../x', 'C:\\x', 'a/b/c', 'con/nul', `a/${'x'.repeat(300)}`]) {
    const { code, err } = await runWith(place, ['models', 'get', id], server.url);
    expect([id, code, err.trim().split('\n').length]).toEqual([id, 1, 1]);
  }
  expect(server.requests).toEqual([]);
  const { code, err } = await runWith(place, ['models', 'get', 'someone/tiny'], 'http://127.0.0.1:9');
  expect(code).toBe(1);
  expect(err.trim().split('\n')).toHaveLength(1);
}, 180_000);

test('a folder is listed by its whole path, used from elsewhere, and taken off the list without being touched', () => {
  const place = workplace();
  const folder = join(place.dir, 'other');
  writeTinyModel(folder, 11);
  expect(place.json('models', 'add', 'other')).toEqual({ added: folder, named: true });
  const listed = () =>
    place.json<{ installed: { id: string; folder: boolean }[] }>('models', 'list').installed;
  expect(listed()).toContainEqual(expect.objectContaining({ id: folder, folder: true }));
  const missing = place.run(['models', 'add', 'owner/nothing']);
  expect([missing.code, missing.err]).toEqual([
    1,
    expect.stringContaining(`"${join(place.dir, 'owner', 'nothing')}" is not there`),
  ]);

  place.write('labels.json', LABELS_FILE);
  place.write('docs.jsonl', rows(4));
  // Named from here, the project must find it from anywhere.
  expect(place.json('new', 'p.entail', '--labels', 'labels.json', '--model', './other')).toMatchObject({
    model: folder,
  });

  expect(place.json('models', 'remove', 'other')).toEqual({ removed: folder });
  expect(listed().some(({ id }) => id === folder)).toBe(false);
  expect(readFileSync(join(folder, 'model.onnx')).length).toBeGreaterThan(0);
}, 180_000);

test('the list says what each model is for, and with which one new projects begin', () => {
  const { dir, run, json } = workplace();
  const list = (more: Record<string, string>) => run(['models', 'list'], more).out;
  const found = list({ ENTAIL_DEFAULT_MODEL: '' });
  expect(found).toContain('English, the smallest and fastest.');
  expect(found).toContain('It suggests best, and learns most from few decisions.');
  expect(found).toContain('New projects begin with entail-minilm-bge.');
  const { newProjects, installed } = json<{ newProjects: string; installed: { description: string }[] }>(
    'models',
    'list',
  );
  expect(newProjects).toBe(join(dir, 'model'));
  expect(installed.every(({ description }) => description !== '')).toBe(true);
});
