import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { failureOf } from '../../../backend/failures.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { createSources } from '../../../backend/importing/sources.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const disk = vi.hoisted(() => ({ free: 0 }));
vi.mock(import('node:fs/promises'), async (original) => {
  const fs = await original();
  const statfs = async () => ({ bavail: disk.free, bsize: 1 });
  return { ...fs, statfs: statfs as unknown as typeof fs.statfs };
});

test.each([
  [3_900_000, 3_100_000, '"rows.csv" has 3.9 MB, and the disk has room for 3.1 MB.'],
  [2_000_000_000, 0, '"rows.csv" has 2.0 GB, and the disk has room for 0.0 MB.'],
])(
  '%i bytes for a disk with %i are refused with both in words, and leave nothing',
  async (bytes, free, said) => {
    disk.free = free;
    const parent = temporaryFolder();
    const sources = await createSources(parent);
    await expect(sources.begin({ name: 'rows.csv', bytes })).rejects.toMatchObject({
      code: 'disk_full',
      message: said,
    });
    await sources.close();
    expect(readdirSync(parent)).toEqual([]);
  },
);

test('a file that was handed over and let go of is missed under the name that it had', async () => {
  disk.free = 1_000_000;
  const sources = await createSources(temporaryFolder());
  const { token } = await sources.begin({ name: 'rows.csv', bytes: 8 });
  await sources.append({ token, offset: 0, chunk: new Blob(['text\\none\\n'.slice(0, 8)]) });
  const [path = ''] = sources.files([token]);
  await sources.discard([token]);
  const failure = await importFiles(newProject([]), { files: [path], annotator: 'ada' }).catch(failureOf);
  expect(failure).toMatchObject({ code: 'file_missing', message: 'There is no file "rows.csv".' });
  expect(JSON.stringify(failure)).not.toContain('/');
  await sources.close();
});
