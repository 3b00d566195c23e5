import { BackendError } from '../errors.ts';
import { LIMITS } from './options.ts';
import type { TextSource } from './source.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a text; \n, \r\n and \r end one. Throws `record_too_long`, naming the line. */
export async function* linesOf(source: TextSource): AsyncIterable<Line> {
  let number = 0;
  let rest = '';
  let afterReturn = false;
  for await (const chunk of source.chunks()) {
    let text = chunk;
    if (afterReturn && text.startsWith('\n')) text = text.slice(1);
    afterReturn = text.endsWith('\r');
    const parts = (rest + text).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      number += 1;
      yield { number, text: part };
    }
    if (rest.length > LIMITS.record) throw tooLong(source.name, number + 1);
  }
  if (rest !== '') yield { number: number + 1, text: rest };
}

const tooLong = (name: string, line: number) =>
  new BackendError(
    'record_too_long',
    `Line ${line} of "${name}" is longer than ${LIMITS.record / 1024 / 1024} million characters.`,
    'Split the file, or check that it has line breaks.',
  );

export const tooManyRows = (name: string) =>
  new BackendError('too_many_rows', `"${name}" has more than ${LIMITS.rows} rows.`, undefined, undefined, {
    name,
  });
