import type { Sign } from '../../../contract/index.ts';
import type { Decision } from '../../records.ts';
import { annotationRecord, documentRecord, labelName, rowItem, textOf } from '../fields.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, FoundDocument } from '../format.ts';
import { MOST_LOOKED } from '../laterRows.ts';
import { linesOf, tooManyRows } from '../lines.ts';
import { LIMITS } from '../options.ts';
import { HEAD_BYTES } from '../source.ts';
import { csv } from './csv.ts';
import { DELIMITERS, hasUsualName } from './csvDialect.ts';
import { doccanoLine, doccanoRecords, quotedLines } from './fastTextOfDoccano.ts';

const PREFIX = '__label__';

export const fastText: DocumentFormat = {
  id: 'fasttext',
  name: 'fastText',
  endings: {},
  takes: ['encoding'],
  absence: 'open',
  async sniff(file, options) {
    const { head } = await file.text();
    const lines = (doccanoRecords(head) ?? head.split(/\r\n|\n|\r/)).filter((line) => line.trim() !== '');
    const canBeTable = ['.csv', '.tsv'].includes(file.ending);
    const isLast = !canBeTable && haveLabelsLast(lines);
    const isLabelled = (line: string) => /^"?__label__/.test(line) || (isLast && AT_END.test(line.trim()));
    const [first = ''] = lines;
    // A table whose last words look like labels.
    if (!isLabelled(first) && namesColumns(first)) return null;
    const found: Sign = { kind: 'lines', start: PREFIX };
    const labelled = lines.filter(isLabelled).length;
    if (labelled * 2 >= lines.length) return found;
    // Nothing else has such lines, however few of its documents have a label yet: but cells of a table may begin so.
    if (canBeTable) return null;
    const few = isLast
      ? labelled >= lines.length * FEW_LAST
      : lines.some((line) => LABELLED.test(line)) || (await beginLater(file));
    return few && (await csv.sniff(file, options)) === null ? found : null;
  },
  async *read(file, options) {
    const source = await file.text();
    const quoted = doccanoRecords(source.head) !== null;
    const known = options.known ?? [];
    const at = haveLabelsLast(source.head.split(/\r\n|\n|\r/)) ? AT_END : AT_START;
    const read = quoted
      ? (line: string) => doccanoLine(line, known)
      : (line: string) => fastTextDocument(line, at);
    let count = 0;
    for await (const { number, text } of quoted ? quotedLines(linesOf(source)) : linesOf(source)) {
      if (text.trim() === '') continue;
      count += 1;
      if (count > LIMITS.rows) throw tooManyRows(source.name);
      yield rowItem({ file: source.name, line: number }, () => read(text), { text });
    }
  },
};

/** Bytes of a line by which it is told whether a label is before its text. */
const LINE_START = 1024;

/** Whether a label stands before a text after what is looked at first: somebody may have begun to annotate there. */
async function beginLater({ bytes, start }: ImportFile): Promise<boolean> {
  if (start.length < HEAD_BYTES) return false;
  let rest = Buffer.alloc(0);
  let read = 0;
  for await (const chunk of bytes.stream()) {
    const all = Buffer.concat([rest, chunk]);
    for (let at = all.indexOf(PREFIX); at >= 0; at = all.indexOf(PREFIX, at + PREFIX.length)) {
      const before = all[at - (all[at - 1] === QUOTE ? 2 : 1)];
      const isLineStart = before === LINE_FEED || before === RETURN;
      const [line = ''] = isLineStart ? all.toString('utf8', at, at + LINE_START).split(/[\r\n]/, 1) : [];
      if (LABELLED.test(line)) return true;
    }
    read += chunk.length;
    if (read > MOST_LOOKED) return false;
    // A line that is cut here is looked at with what follows.
    rest = all.subarray(Math.max(0, all.length - LINE_START));
  }
  return false;
}

const [QUOTE, LINE_FEED, RETURN] = [0x22, 0x0a, 0x0d];

const namesColumns = (line: string): boolean =>
  DELIMITERS.some((delimiter) => {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return cells.length > 1 && hasUsualName(cells);
  });

/** A label with a text behind it. */
const LABELLED = /^"?(?:__label__(?=\S*[\p{L}\p{N}])\S+\s+)+\S/u;
/** Of lines, at least: sentences about labels may end so, too. */
const FEW_LAST = 0.1;
const AT_START = /^__label__(\S*)\s*/;
const AT_END = /(?:^|\s)__label__(\S+)$/;

/** Whether labels stand behind their texts: a line ends with one, and none begins so. */
const haveLabelsLast = (lines: readonly string[]): boolean =>
  !lines.some((line) => /^"?__label__/.test(line)) && lines.some((line) => AT_END.test(line.trimEnd()));

/** A line of fastText: the words with the prefix at one end are labels, the rest is the text. */
function fastTextDocument(line: string, at: RegExp): FoundDocument {
  const inner = /^"(.*)"$/.exec(line.trim())?.[1]?.replaceAll('""', '"') ?? line.trim();
  const decisions: [string, Decision][] = [];
  let rest = inner;
  for (let found = at.exec(rest); found; found = at.exec(rest)) {
    decisions.push([labelName(found[1], 'labels'), 'yes']);
    rest = rest.replace(at, '').trim();
  }
  return documentRecord({
    text: textOf(rest, 'text'),
    annotations: decisions.length === 0 ? [] : [annotationRecord({ decisions: new Map(decisions) })],
  });
}
