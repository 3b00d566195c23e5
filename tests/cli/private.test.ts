import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'entail.js');

/** Everything below a folder, itself left out. */
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test.skipIf(process.platform === 'win32')(
  'all that Entail writes in a whole story is for its owner alone, and what it did not make keeps its mode',
  async () => {
    const before = process.umask(0o022);
    try {
      const { dir, json, write, env } = workplace();
      write('labels.json', LABELS_FILE);
      write('train.jsonl', rows(40));
      const given = new Set(below(dir));
      json('new', 'p.entail', '--labels', 'labels.json');
      json('import', 'p.entail', 'train.jsonl');
      json('suggest', 'p.entail', '--limit', '10');
      json('annotate', 'p.entail', '--from', 'train.jsonl', '--as', 'ada');
      json('train', 'p.entail', '--epochs', '1');
      json('export', 'p.entail', '--run', '1', '--to', 'model-out');
      json('export-data', 'p.entail', '--format', 'jsonl', '--to', 'out.jsonl');
      chmodSync(join(dir, 'train.jsonl'), 0o664);
      const seen = new Set<string>();
      const watch = () => {
        for (const path of below(dir)) if (existsSync(path)) seen.add(`${mode(path)} ${path}`);
      };
      watch();
      await served(join(dir, 'p.entail'), env, watch);
      watch();
      const made = [...seen].filter((entry) => !given.has(entry.slice(entry.indexOf(' ') + 1)));
      const open = made.filter((entry) => !/^(600|700) /.test(entry));
      expect(open).toEqual([]);
      const kinds = ['p.entail', '-wal', 'model-out/', 'out.jsonl', 'backups/', 'recent.json'];
      for (const kind of kinds) expect(made.some((entry) => entry.includes(kind))).toBe(true);
      expect(mode(join(dir, 'train.jsonl'))).toBe('664');
    } finally {
      process.umask(before);
    }
  },
  180_000,
);

test.skipIf(process.platform === 'win32')('a project that others may read keeps its mode', () => {
  const { dir, json, write } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(4));
  json('new', 'p.entail', '--labels', 'labels.json');
  chmodSync(join(dir, 'p.entail'), 0o640);
  json('import', 'p.entail', 'train.jsonl');
  expect(mode(join(dir, 'p.entail'))).toBe('640');
});

/** Serves the project, has a page change it, and stops it in order. */
async function served(path: string, env: NodeJS.ProcessEnv, watch: () => void): Promise<void> {
  const child = spawn(process.execPath, [MAIN, 'serve', path], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    let out = '';
    const url = await new Promise<URL>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`It ended: ${out}`)));
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
        const found = /Open (\S+)/.exec(out);
        if (found) resolve(new URL(found[1]!));
      });
    });
    const headers = { origin: url.origin, 'content-type': 'application/json' };
    const session = await fetch(`${url.origin}/session`, {
      method: 'POST',
      headers: { origin: url.origin },
      body: url.hash.slice('#k='.length),
    });
    const key = await session.text();
    const state = await fetch(`${url.origin}/rpc/app/state`, {
      method: 'POST',
      headers: { ...headers, 'x-entail-key': key },
      body: '{}',
    });
    const { json } = (await state.json()) as { json: { opening: string } };
    const decide = await fetch(`${url.origin}/rpc/annotations/decide`, {
      method: 'POST',
      headers: { ...headers, 'x-entail-key': key, 'x-entail-opening': json.opening },
      body: JSON.stringify({
        json: { annotator: 'bea', documentIds: [1], values: [{ labelId: 1, value: 'yes' }] },
      }),
    });
    expect(decide.status).toBe(200);
    watch();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
