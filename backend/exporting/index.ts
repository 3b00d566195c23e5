import { BackendError } from '../errors.ts';
import type { ExportSource } from '../records.ts';
import type { ExportFormat } from './format.ts';
import { argilla, argillaFlat } from './formats/argilla.ts';
import { csv } from './formats/csv.ts';
import { doccano } from './formats/doccano.ts';
import { fastText } from './formats/fastText.ts';
import { huggingFace } from './formats/huggingFace.ts';
import { jsonl } from './formats/jsonl.ts';
import { labelSleuth } from './formats/labelSleuth.ts';
import { labelStudio } from './formats/labelStudio.ts';
import { nliPairs } from './formats/nliPairs.ts';
import { huggingFaceParquet } from './formats/parquet.ts';
import { prodigy, prodigyBinary } from './formats/prodigy.ts';
import { spacy } from './formats/spacy.ts';
import { tableFormats } from './results/all.ts';
import { type WriteExportOptions, writeExport, writeResults } from './write.ts';

export type { ExportFormat, ExportOptions } from './format.ts';
export { losses, lossesOf } from './losses.ts';
export { tableFormats } from './results/all.ts';
export { type WriteExportOptions, writeExport } from './write.ts';

/** All formats by name. */
export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map(
  [
    jsonl,
    csv,
    labelStudio,
    prodigy,
    prodigyBinary,
    argilla,
    argillaFlat,
    doccano,
    huggingFace,
    huggingFaceParquet,
    spacy,
    fastText,
    labelSleuth,
    nliPairs,
  ].map((format) => [format.name, format]),
);

/** What a project can be written as: results for people and spreadsheets first, then annotations for other tools. */
export const dataFormatNames: readonly string[] = [...tableFormats.keys(), ...exportFormats.keys()];

/** `writeExport` or `writeResults` by the format's name. Throws `format_unknown` too. */
export async function exportData(
  source: ExportSource,
  { format: name, to, ...options }: WriteExportOptions & { readonly format: string; readonly to: string },
): Promise<string[]> {
  const table = tableFormats.get(name);
  if (table) return writeResults(source, table, to, options);
  const format = exportFormats.get(name);
  if (!format) {
    throw new BackendError(
      'format_unknown',
      `There is no format "${name}".`,
      `Use one of ${dataFormatNames.join(', ')}.`,
    );
  }
  return writeExport(source, format, to, options);
}
