import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type AtomicFs,
  removeLeftovers,
  writeAtomically,
  writeTogether,
} from '../../../backend/files/atomic.ts';
import { temporaryFolder } from '../../support/temporary.ts';

type Step = 'open' | 'open folder' | 'write' | 'sync' | 'sync folder' | 'close' | 'rename';

/** The real file system, that writes 7 bytes at a time; `before` runs ahead of each call and may throw. */
function watchedFs(before: (step: Step, count: number) => void): AtomicFs & { readonly calls: Step[] } {
  const calls: Step[] = [];
  const step = (name: Step) => {
    calls.push(name);
    before(name, calls.length);
  };
  return {
    calls,
    async open(path, flags, mode) {
      const folder = flags === 'r';
      step(folder ? 'open folder' : 'open');
      const file = await open(path, flags, mode);
      return {
        write: (async (bytes: Uint8Array, offset: number, length: number) => {
          step('write');
          return file.write(bytes, offset, Math.min(length, 7));
        }) as Awaited<ReturnType<AtomicFs['open']>>['write'],
        sync: async () => {
          step(folder ? 'sync folder' : 'sync');
          await file.sync();
        },
        close: async () => {
          // What fails to close is closed all the same.
          await file.close();
          if (!folder) step('close');
        },
      };
    },
    async rename(from, to) {
      step('rename');
      await rename(from, to);
    },
    rm: (path, options) => rm(path, options),
  };
}

const failure = (code: string) => Object.assign(new Error(code), { code });
const failingAt = (n: number, code: string) =>
  watchedFs((_, count) => {
    if (count === n) throw failure(code);
  });

/** Calls with n = 1, 2, 3 … until the n-th call is not reached; returns how many failed. */
async function untilItWorks(code: string, run: (fs: AtomicFs, n: number) => Promise<void>): Promise<number> {
  for (let n = 1; n < 100; n++) {
    const fs = failingAt(n, code);
    await run(fs, n);
    if (fs.calls.length < n) return n - 1;
  }
  throw new Error('It never works.');
}

test.each(['ENOSPC', 'EIO', 'EACCES', 'EBUSY'])(
  'the n-th call fails with %s, n rising until none does: old or new content, nothing else, nothing left over',
  async (code) => {
    const failed = await untilItWorks(code, async (fs) => {
      const dir = temporaryFolder();
      const path = join(dir, 'file.txt');
      writeFileSync(path, 'old');
      const result = await writeAtomically(path, ['some new ', 'content that is longer'], {
        overwrite: true,
        fs,
      }).then(
        () => 'written',
        (error: { code: string }) => error.code,
      );
      const content = readFileSync(path, 'utf8');
      expect(readdirSync(dir)).toEqual(['file.txt']);
      if (result === 'not_written') expect(content).toBe('old');
      else expect(content).toBe('some new content that is longer');
      // The folder's sync is all that is left to fail then.
      if (result === 'not_confirmed') expect(fs).toMatchObject({ calls: expect.arrayContaining(['rename']) });
    });
    // open, 5 writes of 31 bytes, sync, close, rename, open and sync of the folder
    expect(failed).toBe(11);
  },
);

test('files that belong together: all or none, whatever call fails', async () => {
  await untilItWorks('ENOSPC', async (fs) => {
    const dir = temporaryFolder();
    const files = ['a', 'b'].map((name) => ({ path: join(dir, name), chunks: [`content of ${name}`] }));
    const result = await writeTogether(files, { overwrite: false, fs }).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
    expect(readdirSync(dir)).toEqual(result === 'not_written' ? [] : ['a', 'b']);
  });
});

test('a failed sync is not tried again', async () => {
  const fs = watchedFs((step) => {
    if (step === 'sync') throw failure('EIO');
  });
  const path = join(temporaryFolder(), 'a');
  await expect(writeAtomically(path, ['x'], { overwrite: false, fs })).rejects.toThrow(
    '"a" can\'t be written: the disk failed.',
  );
  expect(fs.calls.filter((step) => step === 'sync')).toHaveLength(1);
});

test('a folder that can be written to but not synced is no error; one that fails to sync is named', async () => {
  const at = (code: string) =>
    watchedFs((step) => {
      if (step === 'sync folder') throw failure(code);
    });
  const path = join(temporaryFolder(), 'a');
  await writeAtomically(path, ['x'], { overwrite: true, fs: at('EINVAL') });
  await expect(writeAtomically(path, ['y'], { overwrite: true, fs: at('EIO') })).rejects.toThrow(
    'the disk did not confirm it',
  );
});

test('a rename is tried again while another program holds the file, and not longer', async () => {
  const heldFor = (times: number) => {
    let left = times;
    return watchedFs((step) => {
      if (step === 'rename' && left-- > 0) throw failure('EBUSY');
    });
  };
  const path = join(temporaryFolder(), 'a');
  const fs = heldFor(3);
  await writeAtomically(path, ['x'], { overwrite: true, fs, patience: 1000 });
  expect(fs.calls.filter((step) => step === 'rename')).toHaveLength(4);
  await expect(
    writeAtomically(path, ['y'], { overwrite: true, fs: heldFor(1000), patience: 30 }),
  ).rejects.toThrow('another program uses it');
  expect(readFileSync(path, 'utf8')).toBe('x');
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

test('text and bytes, small and large, arrive in order', async () => {
  const path = join(temporaryFolder(), 'a');
  const large = 'ä😀'.repeat(200_000);
  const chunks = async function* () {
    yield '1\n';
    yield Buffer.from('2\n');
    yield large;
    yield '';
    yield new Uint8Array();
    yield Buffer.from('3\n');
  };
  await writeAtomically(path, chunks(), { overwrite: false });
  expect(readFileSync(path, 'utf8')).toBe(`1\n2\n${large}3\n`);
  await writeAtomically(path, [], { overwrite: true });
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('63: what exists is kept unless told; folders, links, pipes and devices are refused; folders named', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a'), 'old');
  writeFileSync(join(dir, 'kept'), 'untouched');
  mkdirSync(join(dir, 'folder'));
  symlinkSync(join(dir, 'kept'), join(dir, 'link'));
  symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
  symlinkSync(join(dir, 'cycle'), join(dir, 'cycle'));
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  const before = readdirSync(dir).sort();
  const write = (name: string, overwrite = false) => writeAtomically(join(dir, name), ['new'], { overwrite });
  await expect(write('a')).rejects.toThrow('"a" exists already.');
  await expect(write('folder', true)).rejects.toThrow('"folder" is a folder.');
  await expect(write('new/', true)).rejects.toThrow('a folder');
  for (const name of ['link', 'dangling', 'cycle'])
    await expect(write(name, true)).rejects.toThrow(`"${name}" is a link to another place.`);
  await expect(write('pipe', true)).rejects.toThrow('not a regular file');
  await expect(writeAtomically('/dev/full', ['x'], { overwrite: true })).rejects.toThrow(
    'not a regular file',
  );
  await expect(write('none/a')).rejects.toThrow('its folder does not exist');
  await expect(write('a/b')).rejects.toThrow('its folder is a file');
  await expect(write('cycle/b')).rejects.toThrow('leads to itself');
  await expect(write('n'.repeat(256))).rejects.toThrow('its name is too long');
  expect(readdirSync(dir).sort()).toEqual(before);
  expect(readFileSync(join(dir, 'kept'), 'utf8')).toBe('untouched');
  expect(readlinkSync(join(dir, 'link'))).toBe(join(dir, 'kept'));
  await write('a', true);
  expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('new');
  const longest = `${'ä'.repeat(127)}x`;
  await write(longest);
  expect(readFileSync(join(dir, longest), 'utf8')).toBe('new');
});

test('63: a write-protected file stays, also for root; others keep their permissions', async () => {
  const dir = temporaryFolder();
  for (const [name, mode] of [
    ['protected', 0o444],
    ['private', 0o600],
  ] as const) {
    writeFileSync(join(dir, name), 'old');
    chmodSync(join(dir, name), mode);
  }
  await expect(writeAtomically(join(dir, 'protected'), ['new'], { overwrite: true })).rejects.toThrow(
    'write-protected',
  );
  expect(readFileSync(join(dir, 'protected'), 'utf8')).toBe('old');
  await writeAtomically(join(dir, 'private'), ['new'], { overwrite: true });
  expect(statSync(join(dir, 'private')).mode & 0o777).toBe(0o600);
});

test('63: a file that comes into the way while we write stays; a folder that vanishes is named', async () => {
  const dir = join(temporaryFolder(), 'folder');
  mkdirSync(dir);
  const path = join(dir, 'a');
  const meanwhile = (act: () => void) =>
    (function* () {
      yield 'new';
      act();
    })();
  const coming = meanwhile(() => writeFileSync(path, "someone else's"));
  await expect(writeAtomically(path, coming, { overwrite: false })).rejects.toThrow('exists already');
  expect(readFileSync(path, 'utf8')).toBe("someone else's");
  expect(readdirSync(dir)).toEqual(['a']);
  const vanishing = meanwhile(() => rmSync(dir, { recursive: true }));
  await expect(writeAtomically(path, vanishing, { overwrite: true })).rejects.toThrow(
    'its folder does not exist',
  );
});

test('what a killed process left is removed after an hour, and nothing else', async () => {
  const dir = temporaryFolder();
  const old = new Date(Date.now() - 2 * 3_600_000);
  const names = [
    '.entail-0123456789abcdef.partial',
    '.entail-fedcba9876543210.partial',
    'report.partial',
    '.entail-x.partial',
  ];
  for (const name of names) {
    writeFileSync(join(dir, name), '');
    if (!name.includes('fedcba')) utimesSync(join(dir, name), old, old);
  }
  await removeLeftovers(dir);
  await removeLeftovers(join(dir, 'nowhere'));
  expect(readdirSync(dir).sort()).toEqual(names.slice(1).sort());
});

test('a project is never replaced', async () => {
  const path = join(temporaryFolder(), 'Reviews.Entail');
  writeFileSync(path, 'a project');
  await expect(writeAtomically(path, ['id,text'], { overwrite: true })).rejects.toMatchObject({
    code: 'target_unusable',
    message: '"Reviews.Entail" is a project, which is never replaced.',
  });
  expect(readFileSync(path, 'utf8')).toBe('a project');
});
