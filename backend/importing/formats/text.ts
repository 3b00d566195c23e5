import type { SourceRow } from '../../records.ts';
import { documentRecord, textOf } from '../fields.ts';
import { lineFormat } from '../kinds.ts';
import { longTextFormat } from '../longText.ts';

/** A document per line: what any text can be read as. */
export const text = lineFormat({
  id: 'text',
  name: 'text',
  endings: { '.txt': 'text' },
  takes: [],
  absence: 'said',
  sniff: ({ ending }) => (ending === '.txt' ? { kind: 'ending', ending } : { kind: 'rest' }),
  document: (line) => documentRecord({ text: textOf(line, 'text'), row: LINE }),
});

const LINE: SourceRow = { columns: [{ name: 'text', role: 'text' }], kept: new Map() };

/** A text file that is one document, called as the file. */
export const document = longTextFormat({
  id: 'document',
  name: 'one document per file',
  endings: {},
  takes: ['whole'],
  splits: ['paragraph', 'sentences'],
  sniff: ({ ending }, { whole, split }) =>
    (whole || split !== undefined) && ending in text.endings ? { kind: 'ending', ending } : null,
  blocks: (all) =>
    all.split(/\n[ \t]*\n\s*/).flatMap((part) => (part.trim() === '' ? [] : [{ text: part.trim() }])),
});
