import { RowError, rowItem } from '../fields.ts';
import type { ImportFormat } from '../format.ts';
import { jsonValues } from '../json.ts';
import { notJson } from '../kinds.ts';
import { fixed, toolColumns } from '../toolFields.ts';
import { spacyDocument } from './spacy.ts';

/** Pairs as spaCy's code for training has them: `[["text", {"cats": {"label": 1.0}}], …]`, or a pair per line. */
export const spacyTuples: ImportFormat = {
  id: 'spacy-tuples',
  name: 'spaCy, pairs',
  endings: {},
  takes: ['encoding'],
  absence: 'said',
  async sniff(file) {
    if ((await file.container()) === null) return null;
    return isPair(await file.firstValue()) ? { kind: 'fields', names: ['cats'] } : null;
  },
  async columns(file) {
    const first = await file.firstValue();
    if (!isPair(first)) return null;
    const [text, more] = first;
    return toolColumns([{ text, ...more }], (name) =>
      fixed(name === 'text' ? 'text' : name === 'cats' ? 'labels' : 'ignore'),
    );
  },
  async *read(file) {
    const source = await file.text();
    const container = await file.container();
    if (container === null) throw notJson(file.name, 'spacy-tuples');
    for await (const found of jsonValues(source, container)) {
      if (found.kind === 'problem') yield found;
      else
        yield rowItem(
          found.place,
          () => {
            if (!isPair(found.value)) throw new RowError('Not a pair of text and categories.');
            const [text, { cats }] = found.value;
            return spacyDocument({ text, cats });
          },
          { text: found.text },
        );
    }
  },
};

/** A text and an object with `cats`. */
const isPair = (value: unknown): value is readonly [string, { readonly cats: unknown }] =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'object' &&
  value[1] !== null &&
  'cats' in value[1];
