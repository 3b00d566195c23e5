import { BackendError } from '../errors.ts';
import { writeAtomically } from '../files/atomic.ts';
import type { ExportSource } from '../records.ts';
import type { ExportFormat, ExportOptions } from './format.ts';
import { csv, huggingFace, jsonl } from './plain.ts';
import { argilla, doccano, fastText, labelStudio, nliPairs, prodigy, spacy } from './tools.ts';

export type { ExportFormat, ExportOptions } from './format.ts';

/** All formats by name. */
export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map(
  [jsonl, csv, labelStudio, prodigy, argilla, doccano, huggingFace, spacy, fastText, nliPairs].map(
    (format) => [format.name, format],
  ),
);

const COSTS: readonly [keyof ExportFormat['carries'], string][] = [
  ['undecided', "labels that are undecided can't be told from rejected ones"],
  ['noneApply', 'documents to which no label applies look like unlabelled ones'],
  ['skipped', 'skipped documents are left out'],
  ['annotators', 'several annotators become one: labels on which they disagree are left out'],
  ['suggestions', 'suggestions are left out'],
  ['split', 'the test sample is not marked'],
  ['meta', 'other fields of the documents are left out'],
];

/** What a format can't carry, in words. */
export const lossesOf = ({ carries }: ExportFormat): string[] =>
  COSTS.filter(([what]) => !carries[what]).map(([, sentence]) => sentence);

/**
 * Writes a project's annotations, and the files that belong beside them; returns all paths. Nothing that exists is
 * replaced unless `overwrite`. Throws `format_unknown` and what writing throws.
 */
export async function exportData(
  source: ExportSource,
  {
    format: name,
    to,
    overwrite,
    ...options
  }: ExportOptions & { format: string; to: string; overwrite: boolean },
): Promise<string[]> {
  const format = exportFormats.get(name);
  if (!format) {
    throw new BackendError(
      'format_unknown',
      `There is no format "${name}".`,
      `Use one of ${[...exportFormats.keys()].join(', ')}.`,
    );
  }
  const files: [string, Iterable<string | Uint8Array>][] = [
    [to, format.write(source, options)],
    ...(format.sidecars?.(source) ?? []).map(({ suffix, content }): [string, string[]] => [
      `${to}${suffix}`,
      [content],
    ]),
  ];
  for (const [path, chunks] of files) await writeAtomically(path, chunks, { overwrite });
  return files.map(([path]) => path);
}
