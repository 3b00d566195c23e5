import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { BackendError } from '../../errors.ts';
import { openFile } from '../file.ts';
import type { ContainerFormat, Entry } from '../format.ts';
import type { ImportOptions } from '../options.ts';
import { passedOver } from '../passedOver.ts';

/** All files in a folder, in the order of their names; each text in it is one document. */
export const folder: ContainerFormat = {
  id: 'folder',
  name: 'folder',
  endings: {},
  binary: true,
  takes: [],
  absence: 'open',
  sniff: ({ isFolder }) => (isFolder ? { kind: 'rest' } : null),
  entries({ bytes, name, isFolder }, options, known) {
    if (!isFolder) {
      throw new BackendError('folder_missing', `"${name}" is a file and no folder.`, {
        code: 'recognise_format',
      });
    }
    return filesIn(bytes.path ?? '', name, { options, known });
  },
};

async function* filesIn(
  path: string,
  name: string,
  { options, known }: { options: ImportOptions; known: ReadonlySet<string> },
): AsyncIterable<Entry> {
  const files: string[] = [];
  const others: string[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = relative(path, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (entry.isDirectory() || file.split('/').some((part) => part.startsWith('.'))) continue;
    (entry.isFile() && known.has(extname(file).toLowerCase()) ? files : others).push(file);
  }
  files.sort();
  for (const [i, file] of files.entries()) {
    options.onBytes?.(i, files.length);
    yield { kind: 'file', name: file, alone: false, open: () => openFile(join(path, file), options, file) };
  }
  if (others.length > 0) yield passedOver(name, others.sort());
}
