import type { Sign } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { ImportFile } from './file.ts';
import type { ImportFormat } from './format.ts';
import { fileKinds, importFormats } from './formats/all.ts';
import { type ImportOptions, READING_OPTIONS, type ReadingOption } from './options.ts';
import { notReadable } from './source.ts';

/** What a file is, and by what it was recognised; null: somebody said so. */
export interface Detected {
  readonly format: ImportFormat;
  readonly sign: Sign | null;
}

/**
 * The format that was named, else the first that recognises the file. What is no text can't be read as one, so there the
 * file goes before the name. Throws `format_unknown`, and what opening a text throws.
 */
export async function formatOf(file: ImportFile, options: ImportOptions): Promise<Detected> {
  const { format: named = 'auto' } = options;
  const format = named === 'auto' ? undefined : importFormats.get(named);
  if (named !== 'auto' && !format) {
    throw new BackendError(
      'format_unknown',
      `There is no format "${named.slice(0, 50)}".`,
      `Use one of ${[...importFormats.keys()].join(', ')}.`,
    );
  }
  const found = await recognised(file, options, format);
  return format && !found.format.binary ? { format, sign: null } : found;
}

/** The order of the registry: what is special before what is general, and the last one takes everything. */
async function recognised(
  file: ImportFile,
  options: ImportOptions,
  named: ImportFormat | undefined,
): Promise<Detected> {
  for (const format of importFormats.values()) {
    // A named format needs no look at the text.
    if (named && !format.binary) continue;
    const sign = await format.sniff(file, options);
    if (sign === null) continue;
    if (TEXTS.includes(format.id) && !isOf(file.ending, TEXTS) && isXml(file))
      throw notReadable(file.name, 'an XML file');
    if (isNothingElse(file, { format, sign })) throw notWhatItIsCalled(file);
    return { format, sign };
  }
  if (named) return { format: named, sign: null };
  throw new BackendError('format_unknown', `"${file.name}" is of no known format.`, {
    code: 'recognise_format',
  });
}

/**
 * Whether a file is read as lines or a table of text only since it is not what it is called: a workbook that is none, JSON
 * that is a program. Tables that a program calls "xls" are many, though.
 */
function isNothingElse(
  { ending, isFolder }: ImportFile,
  { format, sign }: { format: ImportFormat; sign: Sign },
): boolean {
  if (isFolder || !fileKinds.has(ending)) return false;
  // What a server answers instead of a file that it does not give, or what programs call "xls": no table is read of it.
  if (format.id === 'html') return !isOf(ending, ['html', 'text']);
  if (isOf(ending, TEXTS)) return false;
  if (sign.kind === 'delimiter') return !isOf(ending, ['xlsx', format.id]);
  return sign.kind === 'rest';
}

/** Its lines are no documents. */
const isXml = ({ start }: ImportFile): boolean =>
  /^(?:\xef\xbb\xbf)?\s*<\?xml\s/.test(start.toString('latin1', 0, 200));

/** What any text may be called. */
const TEXTS = ['text', 'csv', 'tsv'];

const isOf = (ending: string, formats: readonly string[]): boolean =>
  formats.some((id) => ending in (importFormats.get(id)?.endings ?? {}));

const notWhatItIsCalled = ({ name, ending }: ImportFile) =>
  new BackendError(
    'file_misnamed',
    `"${name}" is no ${fileKinds.get(ending)} file, whatever it is called.`,
    'Get the file again, or save it anew from the program it comes from.',
    undefined,
    { name },
  );

/** The options without those that mean nothing to the format, which are named. */
export function optionsTaken(
  { takes }: ImportFormat,
  options: ImportOptions,
): { taken: ImportOptions; left: readonly ReadingOption[] } {
  const none = READING_OPTIONS.filter((name) => !takes.includes(name));
  return {
    taken: { ...options, ...Object.fromEntries(none.map((name) => [name, undefined])) },
    left: none.filter((name) => options[name] !== undefined && name !== 'whole'),
  };
}
