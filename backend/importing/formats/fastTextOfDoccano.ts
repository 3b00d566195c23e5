import type { Decision } from '../../records.ts';
import { annotationRecord, documentRecord, labelName, textOf } from '../fields.ts';
import type { FoundDocument } from '../format.ts';

const LABEL = '__label__';
const COMMENT = '__comment__';

interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * The records of a file for fastText as doccano writes it: a table of one column, where a line with a comma, a quote or a
 * line break is quoted, and no other has a comma or a quote. null: it is none of these.
 */
export function doccanoRecords(head: string): string[] | null {
  const lines = head.split(/\r\n|\n|\r/);
  const records: string[] = [];
  let quoted = false;
  // The last line may be cut.
  for (let i = 0; i < lines.length - 1; i++) {
    let record = lines[i] ?? '';
    if (record.startsWith('"')) {
      while (!isClosed(record) && i < lines.length - 1) {
        i += 1;
        record += `\n${lines[i] ?? ''}`;
      }
      if (i === lines.length - 1) break;
      if (!/^"(?:[^"]|"")*"$/.test(record)) return null;
      quoted = true;
    } else if (/[",]/.test(record)) return null;
    records.push(record);
  }
  return quoted ? records : null;
}

/** Every quote that was opened is closed. */
const isClosed = (record: string): boolean => (record.match(/"/g)?.length ?? 0) % 2 === 0;

/** No record is longer, in UTF-16 units: a quote that nothing closes costs its line, not the rest of the file. */
const LONGEST = 4_000_000;

/** Lines of a file as the records that they are; one has the number of its first line. */
export async function* quotedLines(lines: AsyncIterable<Line>): AsyncIterable<Line> {
  let parts: Line[] = [];
  let units = 0;
  let open = false;
  for await (const line of lines) {
    const odd = !isClosed(line.text);
    if (parts.length === 0) open = line.text.startsWith('"') && odd;
    else if (odd) open = false;
    parts.push(line);
    units += line.text.length;
    if (open && units <= LONGEST) continue;
    if (open) yield* parts;
    else yield { number: parts[0]!.number, text: parts.map(({ text }) => text).join('\n') };
    parts = [];
    units = 0;
  }
  yield* parts;
}

/**
 * A record of doccano: its labels may have spaces. All but the last end where the next begins, the last ends as one of the
 * project's does, else with its first word. Comments stand at the end.
 */
export function doccanoLine(record: string, known: readonly string[]): FoundDocument {
  const inner = /^"(.*)"$/s.exec(record.trim())?.[1]?.replaceAll('""', '"') ?? record;
  const [body = '', ...comments] = inner.split(new RegExp(`(?<=\\s)${COMMENT}`));
  const decisions: [string, Decision][] = [];
  let rest = body.trim();
  while (rest.startsWith(LABEL)) {
    rest = rest.slice(LABEL.length);
    const name = nameAtStart(rest, known);
    decisions.push([labelName(name, 'labels'), 'yes']);
    rest = rest.slice(name.length).trimStart();
  }
  const comment = comments.map((text) => text.trim()).join('\n') || undefined;
  const labelled = decisions.length > 0;
  return documentRecord({
    text: textOf(rest, 'text'),
    annotations:
      labelled || comment !== undefined
        ? [
            annotationRecord({
              decisions: new Map(decisions),
              comment,
              ...(!labelled && { status: 'draft', absence: 'said' }),
            }),
          ]
        : [],
  });
}

function nameAtStart(rest: string, known: readonly string[]): string {
  const ends = (name: string) => rest.startsWith(name) && /^(?:\s|$)/.test(rest.slice(name.length));
  const own = known.filter(ends).sort((a, b) => b.length - a.length)[0];
  if (own !== undefined) return own;
  const next = rest.search(/\s__label__/);
  const line = rest.search(/\n|$/);
  return rest.slice(0, next >= 0 && next < line ? next : rest.search(/\s|$/));
}
