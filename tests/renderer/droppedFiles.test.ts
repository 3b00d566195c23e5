import { expect, test } from 'vitest';
import { droppedFiles, MOST_FILES } from '../../renderer/src/state/droppedFiles.ts';

const fileEntry = (name: string) => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (take: (file: File) => void) => take(new File(['x'], name)),
});

/** A folder is read in parts of a hundred, as browsers do. */
const folderEntry = (count: number) => ({
  name: 'folder',
  isFile: false,
  isDirectory: true,
  createReader() {
    let read = 0;
    return {
      readEntries(take: (entries: unknown[]) => void) {
        const part = Array.from({ length: Math.min(100, count - read) }, (_, i) =>
          fileEntry(`${read + i}.txt`),
        );
        read += part.length;
        take(part);
      },
    };
  },
});

const dropped = (entries: readonly unknown[], files: readonly File[] = []) =>
  droppedFiles({
    items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })),
    files,
  } as unknown as DataTransfer);

test('a folder is taken whole or not at all', async () => {
  expect(await dropped([folderEntry(MOST_FILES)])).toHaveLength(MOST_FILES);
  expect(await dropped([folderEntry(MOST_FILES + 1)])).toBeNull();
  expect(await dropped([folderEntry(3), fileEntry('a.csv')])).toHaveLength(4);
});

test('so are files', async () => {
  const files = (count: number) => Array.from({ length: count }, (_, i) => new File(['x'], `${i}.txt`));
  expect(await dropped([fileEntry('a.txt')], files(MOST_FILES))).toHaveLength(MOST_FILES);
  expect(await dropped([fileEntry('a.txt')], files(MOST_FILES + 1))).toBeNull();
});
