import type { Sign } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { ImportFile } from './file.ts';
import type { DocumentFormat } from './format.ts';
import { type ImportOptions, LIMITS } from './options.ts';
import { type Block, documentsOf } from './parts.ts';

/** A format whose file is one document, written as text. */
export interface LongTextKind extends Pick<DocumentFormat, 'id' | 'name' | 'endings' | 'takes'> {
  readonly splits: NonNullable<DocumentFormat['splits']>;
  sniff(file: ImportFile, options: ImportOptions): Sign | null;
  /** Its paragraphs and headings; line ends are \n. */
  blocks(text: string): readonly Block[];
}

export const longTextFormat = ({ blocks, ...common }: LongTextKind): DocumentFormat => ({
  ...common,
  takes: [...common.takes, 'encoding', 'split'],
  absence: 'said',
  async *read(file, { split }) {
    const text = (await wholeText(file)).replace(/\r\n?/g, '\n');
    yield* documentsOf(file.name, { text, blocks: blocks(text), meta: [] }, split);
  },
});

/** All of a text file. Throws `document_too_long`, and what opening a text throws. */
export async function wholeText(file: ImportFile): Promise<string> {
  let all = '';
  for await (const chunk of (await file.text()).chunks()) {
    all += chunk;
    if (all.length > LIMITS.record) throw tooLong(file.name);
  }
  return all.replace(/^\uFEFF/, '');
}

const tooLong = (name: string) =>
  new BackendError(
    'document_too_long',
    `"${name}" is longer than 20 million characters, too much for one document.`,
    'Import it line by line, or divide it.',
    undefined,
    { name },
  );
