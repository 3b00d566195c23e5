import type { Decision } from '../../records.ts';
import { annotationRecord, documentRecord, labelName, textOf } from '../fields.ts';
import type { FoundDocument } from '../format.ts';
import { lineFormat } from '../kinds.ts';

const PREFIX = '__label__';

export const fastText = lineFormat({
  id: 'fasttext',
  name: 'fastText',
  endings: {},
  takes: [],
  absence: 'open',
  async sniff(file) {
    const lines = (await file.text()).head
      .split(/\r\n|\n|\r/)
      .filter((line) => line.trim() !== '')
      .slice(0, 100);
    const labelled = lines.filter((line) => /^"?__label__/.test(line));
    return labelled.length * 2 >= lines.length ? { kind: 'lines', start: PREFIX } : null;
  },
  document: fastTextDocument,
});

/** A line of fastText: leading tokens with the prefix are labels, the rest is the text. */
function fastTextDocument(line: string): FoundDocument {
  const inner = /^"(.*)"$/.exec(line.trim())?.[1]?.replaceAll('""', '"') ?? line.trim();
  const decisions: [string, Decision][] = [];
  let rest = inner;
  while (rest.startsWith(PREFIX)) {
    const end = rest.search(/\s|$/);
    decisions.push([labelName(rest.slice(PREFIX.length, end), 'labels'), 'yes']);
    rest = rest.slice(end).trimStart();
  }
  return documentRecord({
    text: textOf(rest, 'text'),
    annotations: decisions.length === 0 ? [] : [annotationRecord({ decisions: new Map(decisions) })],
  });
}
