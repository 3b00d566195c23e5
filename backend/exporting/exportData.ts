import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DataFormat } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import type { ExportDocument, ExportSource } from '../records.ts';
import { exportData, exportFormats, losses, lossesOf, tableFormats } from './index.ts';
import { exportSource } from './projectSource.ts';

/** Up to here it is counted what a format loses; beyond, it is said in general. */
const MOST_COUNTED = 2000;

/** All formats, with what of this project each can't carry. */
export function dataFormats(project: Project): DataFormat[] {
  const few = project.stores.documents.count() <= MOST_COUNTED;
  const source = few ? read(exportSource(project)) : null;
  return [
    ...[...tableFormats.values()].map(({ name, description, costs }) => ({
      name,
      title: name,
      description,
      results: true,
      losses: [...costs],
    })),
    ...[...exportFormats.values()].map((format) => ({
      name: format.name,
      title: format.title,
      description: format.description,
      results: false,
      losses: source ? losses(source, format) : lossesOf(format),
    })),
  ];
}

/** In memory, for reading it once per format. */
function read(source: ExportSource): ExportSource {
  const documents: readonly ExportDocument[] = [...source.documents()];
  return { labels: source.labels, documents: () => documents };
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
}

/** Writes the annotations; a file that is there is replaced. Throws what writing throws. */
export async function writeData(
  project: Project,
  {
    format,
    to,
    onlyDone,
    excelSafe = true,
    signal,
  }: {
    format: string;
    to: string;
    onlyDone: boolean;
    excelSafe?: boolean | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<WrittenFile[]> {
  const paths = await exportData(exportSource(project), {
    format,
    to,
    includeUnfinished: !onlyDone,
    excelSafe,
    overwrite: true,
    signal,
  });
  return filesAt(new Map(paths.map((path) => [basename(path), path])));
}

/** What each file takes, by the names that are shown. */
export const filesAt = (paths: ReadonlyMap<string, string>): Promise<WrittenFile[]> =>
  Promise.all([...paths].map(async ([name, path]) => ({ name, bytes: (await stat(path)).size })));
