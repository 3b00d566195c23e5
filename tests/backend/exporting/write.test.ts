import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { exportData, exportFormats, writeExport } from '../../../backend/exporting/index.ts';
import type { AtomicFs } from '../../../backend/files/atomic.ts';
import type { ExportSource } from '../../../backend/records.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { bytesOf, formatOf, sidecarsOf } from './output.ts';
import { annotation, exampleSource, sourceOf } from './source.ts';

const everything = { includeUnfinished: true } as const;

test.each([...exportFormats.keys()])('%s: the files are what the format writes', async (name) => {
  const dir = temporaryFolder();
  const to = join(dir, `data${formatOf(name).extension}`);
  const source = exampleSource();
  const files = await writeExport(source, formatOf(name), to, { ...everything, overwrite: false });
  expect(files[0]).toBe(to);
  expect(readFileSync(to).equals(bytesOf(name, source, everything))).toBe(true);
  const beside = sidecarsOf(name, source, { ...everything, to });
  expect(files.slice(1)).toEqual(beside.map(([path]) => path));
  for (const [path, content] of beside) expect(readFileSync(path, 'utf8')).toBe(content);
  expect(readdirSync(dir)).toHaveLength(files.length);
});

test('63: nothing is replaced unless told, not even a file beside it', async () => {
  const dir = temporaryFolder();
  const to = join(dir, 'data.json');
  writeFileSync(`${to}.config.xml`, 'mine');
  const write = (overwrite: boolean) =>
    writeExport(exampleSource(), formatOf('label-studio'), to, { overwrite });
  await expect(write(false)).rejects.toThrow('"data.json.config.xml" exists already.');
  expect(readdirSync(dir)).toEqual(['data.json.config.xml']);
  await write(true);
  expect(readFileSync(`${to}.config.xml`, 'utf8')).toContain('<View>');
  mkdirSync(join(dir, 'folder'));
  await expect(
    writeExport(exampleSource(), formatOf('jsonl'), join(dir, 'folder'), { overwrite: true }),
  ).rejects.toThrow('a folder');
});

test('63: a full disk leaves the old files and nothing else', async () => {
  const dir = temporaryFolder();
  const to = join(dir, 'data.jsonl');
  const old = sourceOf(['a'], [{ text: 'old', annotations: [annotation('ada')] }]);
  await writeExport(old, formatOf('doccano'), to, { overwrite: false });
  const before = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]);
  let left = 40;
  const fs: AtomicFs = {
    async open(path, flags, mode) {
      const file = await open(path, flags, mode);
      return {
        write: (async (bytes: Uint8Array, offset: number, length: number) => {
          if (left <= 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          const { bytesWritten } = await file.write(bytes, offset, Math.min(length, left));
          left -= bytesWritten;
          return { bytesWritten, buffer: bytes };
        }) as Awaited<ReturnType<AtomicFs['open']>>['write'],
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    rename,
    rm,
  };
  await expect(
    writeExport(exampleSource(), formatOf('doccano'), to, { overwrite: true, fs }),
  ).rejects.toThrow('"data.jsonl" can\'t be written: the disk is full.');
  expect(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')])).toEqual(before);
});

test('what can not be written is said before anything is there', async () => {
  const dir = temporaryFolder();
  const write = (format: string, names: string[]) =>
    writeExport(sourceOf(names, [{ text: 'x' }]), formatOf(format), join(dir, 'data'), { overwrite: false });
  await expect(write('csv', ['text'])).rejects.toMatchObject({ code: 'label_not_writable' });
  await expect(write('label-studio', ['\u0007'])).rejects.toMatchObject({ code: 'label_not_writable' });
  expect(readdirSync(dir)).toEqual([]);
  await expect(
    exportData(exampleSource(), { format: 'toString', to: join(dir, 'y'), overwrite: false }),
  ).rejects.toThrow('There is no format "toString".');
});

/** Documents made as they are read. */
const manyDocuments = (count: number): ExportSource => ({
  labels: exampleSource().labels,
  *documents() {
    for (let number = 1; number <= count; number++) {
      const id = String(number);
      yield {
        number,
        id,
        externalId: id,
        text: `text ${number} `.repeat(20),
        meta: new Map(),
        split: null,
        annotations: [annotation('ada')],
        suggestions: [],
      };
    }
  },
});

test('an export reports its progress and can be stopped, leaving nothing', async () => {
  const dir = temporaryFolder();
  const seen: number[] = [];
  const stop = new AbortController();
  const options = {
    overwrite: false,
    signal: stop.signal,
    onProgress: (documents: number) => {
      seen.push(documents);
      if (documents === 3000) stop.abort();
    },
  };
  const path = join(dir, 'data.jsonl');
  await expect(writeExport(manyDocuments(5000), formatOf('jsonl'), path, options)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(seen).toEqual([1000, 2000, 3000]);
  expect(readdirSync(dir)).toEqual([]);
});

test('66: no path, user or machine is in what is written', async () => {
  const dir = temporaryFolder();
  for (const [name, format] of exportFormats) {
    await writeExport(exampleSource(), format, join(dir, name), { ...everything, overwrite: false });
  }
  const { username } = userInfo();
  const secrets = [dir, hostname(), `${homedir()}/`, `/${username}/`, process.cwd(), process.version];
  for (const name of readdirSync(dir)) {
    const text = readFileSync(join(dir, name), 'latin1');
    for (const secret of secrets)
      expect([name, secret, text.includes(secret)]).toEqual([name, secret, false]);
    // Nor a time at which it was written: two exports are the same.
    expect([name, text.includes(new Date().toISOString().slice(0, 10))]).toEqual([name, false]);
  }
});

test('100,000 documents stream: 100 MB of text in a heap of 48 MB, in every format', () => {
  const dir = temporaryFolder();
  const script = join(import.meta.dirname, 'exportMany.ts');
  // A young generation of its usual size is larger than this heap: filled at once, it has nowhere to go, and V8 gives up.
  const heap = ['--max-old-space-size=48', '--max-semi-space-size=4'];
  const output = execFileSync(process.execPath, [...heap, script, dir], {
    encoding: 'utf8',
    cwd: resolve(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { formats, peak } = JSON.parse(output) as { formats: Record<string, number>; peak: number };
  expect(Object.keys(formats)).toEqual([...exportFormats.keys()]);
  for (const bytes of Object.values(formats)) expect(bytes).toBeGreaterThan(5_000_000);
  expect(peak).toBeLessThan(500 * 1024 * 1024);
}, 300_000);
