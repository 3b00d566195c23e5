import { BackendError } from '../../errors.ts';
import { documentRecord, idOf, rowItem, textOf } from '../fields.ts';
import type { ImportFormat } from '../format.ts';
import { lineFormat } from '../kinds.ts';
import { LIMITS } from '../options.ts';

/** A document per line: what any text can be read as. */
export const text = lineFormat({
  id: 'text',
  name: 'text',
  endings: { '.txt': 'text', '.md': 'Markdown' },
  takes: [],
  absence: 'said',
  sniff: ({ ending }) => (ending === '.txt' ? { kind: 'ending', ending } : { kind: 'rest' }),
  document: (line) => documentRecord({ text: textOf(line, 'text') }),
});

/** A text file that is one document, called as the file. */
export const document: ImportFormat = {
  id: 'document',
  name: 'one document per file',
  endings: {},
  takes: ['whole', 'encoding'],
  absence: 'said',
  sniff: ({ ending }, { whole }) => (whole && ending in text.endings ? { kind: 'ending', ending } : null),
  async *read(file) {
    const source = await file.text();
    let all = '';
    for await (const chunk of source.chunks()) {
      all += chunk;
      if (all.length > LIMITS.record) throw tooLong(source.name);
    }
    yield rowItem({ file: source.name }, () =>
      documentRecord({ externalId: idOf(source.name), text: textOf(all.replace(/^\uFEFF/, ''), 'text') }),
    );
  },
};

const tooLong = (name: string) =>
  new BackendError(
    'document_too_long',
    `"${name}" is longer than 20 million characters, too much for one document.`,
    'Import it line by line, or divide it.',
    undefined,
    { name },
  );
