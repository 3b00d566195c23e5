import { dirname } from 'node:path';
import { BackendError } from '../errors.ts';
import { type AtomicFs, removeLeftovers, writeTogether } from '../files/atomic.ts';
import type { ExportSource } from '../records.ts';
import type { ExportFormat, ExportOptions } from './format.ts';
import { projectTable } from './results/projectTable.ts';
import type { TableFormat } from './results/table.ts';

export interface WriteExportOptions extends ExportOptions {
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Documents read so far; a format that reads them twice counts twice. */
  readonly onProgress?: ((documents: number) => void) | undefined;
  /** For tests of full and failing disks. */
  readonly fs?: AtomicFs | undefined;
}

const PROGRESS_STEP = 1000;

/**
 * Writes a project's annotations, and the files that belong beside them; returns their paths, the main file first. All
 * of them appear, or none. Memory does not grow with the project.
 *
 * Throws `target_exists` unless `overwrite`, `label_not_writable` where the format has no way to write a label,
 * `cancelled` on abort, and what writing throws.
 */
export async function writeExport(
  source: ExportSource,
  format: ExportFormat,
  to: string,
  options: WriteExportOptions,
): Promise<string[]> {
  const watched = watch(source, options);
  const files = [
    { path: to, chunks: format.write(watched, options) },
    ...(format.sidecars?.(watched, options) ?? []).map(({ path, chunks }) => ({ path: path(to), chunks })),
  ];
  await removeLeftovers(dirname(to));
  await writeTogether(files, {
    overwrite: options.overwrite,
    ...(options.fs !== undefined && { fs: options.fs }),
  });
  return files.map(({ path }) => path);
}

/** Writes all documents of a project with what holds of them, as a table. Throws as `writeExport` does. */
export async function writeResults(
  source: ExportSource,
  format: TableFormat,
  to: string,
  options: WriteExportOptions,
): Promise<string[]> {
  const table = projectTable(watch(source, options), options);
  await removeLeftovers(dirname(to));
  await writeTogether([{ path: to, chunks: format.write(table, options) }], {
    overwrite: options.overwrite,
    ...(options.fs !== undefined && { fs: options.fs }),
  });
  return [to];
}

/** The same source, which reports its progress and stops when asked to. */
const watch = (source: ExportSource, options: WriteExportOptions): ExportSource => ({
  labels: source.labels,
  documents: () => watched(source.documents(), options),
  ...(source.rows && { rows: () => watched(source.rows?.() ?? [], options) }),
});

function* watched<T>(all: Iterable<T>, { signal, onProgress }: WriteExportOptions): Generator<T> {
  let count = 0;
  for (const one of all) {
    if (signal?.aborted) {
      throw new BackendError('cancelled', 'The export was stopped.', 'Nothing was written.');
    }
    yield one;
    count += 1;
    if (count % PROGRESS_STEP === 0) onProgress?.(count);
  }
  onProgress?.(count);
}
