import { type ExportOptions, exportFormats } from '../../../backend/exporting/index.ts';
import type { ExportSource } from '../../../backend/records.ts';

export const formatOf = (name: string) => exportFormats.get(name)!;

/** The whole file. */
export const bytesOf = (format: string, source: ExportSource, options: ExportOptions = {}): Buffer =>
  Buffer.concat([...formatOf(format).write(source, options)].map((chunk) => Buffer.from(chunk)));

export const textOf = (format: string, source: ExportSource, options: ExportOptions = {}): string =>
  bytesOf(format, source, options).toString();

type Json = Record<string, unknown>;

/** The records of a JSON file or of JSON lines. */
export function recordsOf(format: string, source: ExportSource, options: ExportOptions = {}): Json[] {
  const text = textOf(format, source, options);
  if (formatOf(format).extension === '.json') return JSON.parse(text) as Json[];
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Json);
}

/** The files beside it: path, if the file is "folder/data.x", and content. */
export const sidecarsOf = (
  format: string,
  source: ExportSource,
  { to = 'folder/data.x', ...options }: ExportOptions & { readonly to?: string } = {},
): [string, string][] =>
  (formatOf(format).sidecars?.(source, options) ?? []).map(({ path, chunks }) => [
    path(to),
    Buffer.concat([...chunks].map((chunk) => Buffer.from(chunk))).toString(),
  ]);
