import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BackendError } from '../../errors.ts';
import { budgetOf } from '../budget.ts';
import { type ImportFile, packedFile } from '../file.ts';
import type { ContainerFormat } from '../format.ts';
import type { ImportOptions } from '../options.ts';

/** One packed file: what is in it is read as if it were not packed. */
export const gzip: ContainerFormat = {
  id: 'gzip',
  name: 'GZIP',
  endings: { '.gz': 'GZIP' },
  binary: true,
  takes: [],
  absence: 'open',
  sniff: ({ start }) => (start[0] === 0x1f && start[1] === 0x8b ? { kind: 'bytes' } : null),
  async *entries(file, options) {
    const name = file.name.replace(/\.gz$/i, '').replace(/\.tgz$/i, '.tar');
    yield { kind: 'file', name, alone: true, open: () => packedFile(name, unpacked(file, options), options) };
  },
};

function unpacked(file: ImportFile, options: ImportOptions) {
  const { bytes, name } = file;
  const budget = file.budget ?? budgetOf(name, bytes.size ?? 0);
  async function* packed() {
    let read = 0;
    for await (const chunk of bytes.stream()) {
      read += chunk.length;
      options.onBytes?.(read, bytes.size ?? read);
      yield chunk;
    }
  }
  async function* stream() {
    const gunzip = createGunzip();
    const source = Readable.from(packed());
    source.once('error', (error) => gunzip.destroy(error));
    source.pipe(gunzip);
    let count = 0;
    try {
      for await (const chunk of gunzip as AsyncIterable<Buffer>) {
        count += chunk.length;
        budget.check(count);
        yield chunk;
      }
    } catch (error) {
      throw isZlib(error) ? broken(name, error) : error;
    } finally {
      source.destroy();
      gunzip.destroy();
    }
  }
  return { bytes: { path: null, size: null, stream }, budget };
}

const isZlib = (error: unknown): boolean =>
  /^Z_|ERR_ZLIB/.test(String((error as NodeJS.ErrnoException | null)?.code));

const broken = (name: string, error: unknown) =>
  new BackendError(
    'gzip_broken',
    `"${name}" is damaged, or was cut: it can't be unpacked.`,
    'Get the file again.',
    error,
    {
      name,
    },
  );
