import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AtomicFs, writeAtomically } from '../../../backend/files/atomic.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** The real file system, whose n-th call fails or writes less than it should. */
function failingFs(n: number, code: string): AtomicFs & { readonly calls: () => number } {
  let calls = 0;
  const step = () => {
    calls += 1;
    if (calls === n) throw Object.assign(new Error(code), { code });
  };
  return {
    calls: () => calls,
    async open(path, flags) {
      step();
      const file = await open(path, flags);
      return {
        write: (async (bytes: Uint8Array, offset: number, length: number) => {
          step();
          return file.write(bytes, offset, Math.min(length, 7));
        }) as Awaited<ReturnType<AtomicFs['open']>>['write'],
        sync: async () => {
          step();
          await file.sync();
        },
        close: () => file.close(),
      };
    },
    async rename(from, to) {
      step();
      await rename(from, to);
    },
    rm: (path, options) => rm(path, options),
  };
}

test('the n-th call fails, n rising until none does: old or new content, nothing else, nothing left over', async () => {
  for (const code of ['ENOSPC', 'EIO', 'EACCES']) {
    for (let n = 1; ; n++) {
      const dir = temporaryFolder();
      const path = join(dir, 'file.txt');
      writeFileSync(path, 'old');
      const fs = failingFs(n, code);
      const failed = await writeAtomically(path, ['some new ', 'content that is longer'], {
        overwrite: true,
        fs,
      }).then(
        () => false,
        () => true,
      );
      const content = readFileSync(path, 'utf8');
      expect(['old', 'some new content that is longer']).toContain(content);
      expect(readdirSync(dir)).toEqual(['file.txt']);
      if (!failed) {
        expect(content).toBe('some new content that is longer');
        // Only the last call, which syncs the folder, may fail without the file being lost.
        expect(fs.calls()).toBeLessThanOrEqual(n);
        break;
      }
    }
  }
});

test('a source that fails leaves the old file', async () => {
  const dir = temporaryFolder();
  const path = join(dir, 'file.txt');
  writeFileSync(path, 'old');
  const chunks = function* () {
    yield 'begun';
    throw new Error('no more');
  };
  await expect(writeAtomically(path, chunks(), { overwrite: true })).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['file.txt']);
});

test('63: what exists is kept unless told, folders and links are refused, missing folders named', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a'), 'old');
  mkdirSync(join(dir, 'folder'));
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'link'));
  const write = (name: string, overwrite = false) => writeAtomically(join(dir, name), ['new'], { overwrite });
  await expect(write('a')).rejects.toThrow('"a" exists already.');
  await expect(write('folder', true)).rejects.toThrow('a folder');
  await expect(write('link', true)).rejects.toThrow('a link');
  await expect(write('none/a')).rejects.toThrow('its folder does not exist');
  await expect(write('a/b')).rejects.toThrow('its folder is a file');
  await write('a', true);
  expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('new');
  await expect(writeAtomically('/dev/full', ['x'], { overwrite: true })).rejects.toThrow(
    'not a regular file',
  );
});
