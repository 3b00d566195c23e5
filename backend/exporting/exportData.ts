import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DataFormat } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import type { ExportDocument, ExportSource } from '../records.ts';
import { currentSuggestions } from '../suggesting/current.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import {
  type ExportFormat,
  type ExportOptions,
  exportData,
  exportFormats,
  losses,
  lossesOf,
  tableFormats,
} from './index.ts';
import { exportSource } from './projectSource.ts';

/** Up to here it is counted what a format loses; beyond, it is said in general. */
const MOST_COUNTED = 2000;

/** All formats, with what of this project each can't carry. */
export function dataFormats(project: Project): DataFormat[] {
  const few = project.stores.documents.count() <= MOST_COUNTED;
  const source = few ? read(exportSource(project)) : null;
  const lost = (format: ExportFormat, options: ExportOptions) =>
    source ? losses(source, format, options) : lossesOf(format, options);
  return [
    ...[...tableFormats.values()].map(({ name, description, costs }) => ({
      name,
      title: name,
      description,
      results: true,
      losses: [...costs],
      lossesUnfinished: [...costs],
    })),
    ...[...exportFormats.values()].map((format) => ({
      name: format.name,
      title: format.title,
      description: format.description,
      results: false,
      losses: lost(format, {}),
      lossesUnfinished: lost(format, { includeUnfinished: true }),
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

/** What was written, and of how many documents what was suggested is out of date and left out. */
export interface WrittenData {
  readonly files: WrittenFile[];
  readonly outdated: number;
}

/**
 * Writes the annotations, or results; a file that is there is replaced. What is suggested is that of now, with all that
 * decisions taught. Throws what writing throws.
 */
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
): Promise<WrittenData> {
  const { source, outdated } = await currentSource(project);
  const paths = await exportData(source, {
    format,
    to,
    includeUnfinished: !onlyDone,
    excelSafe,
    overwrite: true,
    signal,
  });
  return {
    files: await filesAt(new Map(paths.map((path) => [basename(path), path]))),
    outdated: outdated.size,
  };
}

/** A project with what is suggested now; documents of which something out of date was left out are known once they are read. */
export async function currentSource(
  project: Project,
): Promise<{ readonly source: ExportSource; readonly outdated: ReadonlySet<number> }> {
  await learnerOf(project).follow({ whole: true });
  await learnerOf(project).unlearnt();
  const isCurrent = await currentSuggestions(project);
  const outdated = new Set<number>();
  return { source: exportSource(project, { isCurrent, outdated }), outdated };
}

/** What each file takes, by the names that are shown. */
export const filesAt = (paths: ReadonlyMap<string, string>): Promise<WrittenFile[]> =>
  Promise.all([...paths].map(async ([name, path]) => ({ name, bytes: (await stat(path)).size })));
