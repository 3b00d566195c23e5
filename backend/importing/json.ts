import { BackendError } from '../errors.ts';
import type { ImportProblem, Place } from '../records.ts';
import { walkBrackets } from './brackets.ts';
import { linesOf, tooManyRows } from './lines.ts';
import { LIMITS } from './options.ts';
import type { TextSource } from './source.ts';

/** An object of a JSON file; its keys are own properties, whatever their names. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonRecord =
  | { readonly kind: 'record'; readonly place: Place; readonly value: JsonObject; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: ImportProblem };

export type Container = 'lines' | 'array' | 'object';

/** How records lie in a file that begins like this. */
export function containerOf(head: string): Container | null {
  const start = withoutMarks(head);
  if (start.startsWith('[')) return areLinesOfLists(start) ? 'lines' : 'array';
  if (!start.startsWith('{')) return linesAfterOthers(start) ? 'lines' : null;
  const [first = '', ...more] = start.split(/\r\n|\n|\r/, 2);
  if (holdsSeveral(first)) return 'object';
  // Without a line break it is one line, be it the whole file or the start of a long one.
  return more.length === 0 || endsWithin(first) !== 'brackets' ? 'lines' : 'object';
}

/** Before each record of a sequence (RFC 7464). */
const RECORD_MARK = '\x1e';

/** Without the blanks and marks before a record. */
function withoutMarks(text: string): string {
  const start = text.trimStart();
  return start.startsWith(RECORD_MARK) ? withoutMarks(start.slice(1)) : start;
}

/** The first line is a list by itself, and another one follows. */
function areLinesOfLists(start: string): boolean {
  const [first = '', second = ''] = start.split(/\r\n|\n|\r/, 2);
  return endsWithin(first) === 'nothing' && second.startsWith('[');
}

/**
 * Where a line ends: after its brackets closed, within them, or within a string, which no line break can be in: then the
 * line is cut.
 */
function endsWithin(line: string): 'nothing' | 'brackets' | 'string' {
  const { depth, inString } = walkBrackets(line, 0);
  if (inString) return 'string';
  return depth > 0 ? 'brackets' : 'nothing';
}

/** Whether another object follows the first one on its line. */
function holdsSeveral(line: string): boolean {
  let end = line.length;
  walkBrackets(line, 0, (at, depth) => {
    if (depth === 0) end = at + 1;
    return depth === 0;
  });
  return /^[\s,]*\{/.test(line.slice(end));
}

/** Whether most of the first lines are objects, though the very first is something else: a comment, half a line. */
function linesAfterOthers(start: string): boolean {
  const lines = start.split(/\r\n|\n|\r/, 12).slice(1, 11);
  const objects = lines.filter((line) => line.startsWith('{') && parses(line));
  return objects.length > 0 && objects.length >= lines.filter((line) => line.trim() !== '').length / 2;
}

const parses = (text: string): boolean => {
  try {
    return typeof parseJson(text) === 'object';
  } catch {
    return false;
  }
};

/** All records of a JSON file, one at a time. What is no object or not valid is a problem with its place. */
export async function* jsonRecords(
  source: TextSource,
  container: Container,
  idColumn?: string,
): AsyncIterable<JsonRecord> {
  for await (const found of jsonValues(source, container, idColumn)) {
    if (found.kind === 'problem') yield found;
    else if (isObject(found.value))
      yield { kind: 'record', place: found.place, value: found.value, text: found.text };
    else yield problemAt(found.place, 'Not a JSON object.', found.text);
  }
}

type JsonValue =
  | { readonly kind: 'value'; readonly place: Place; readonly value: unknown; readonly text: string }
  | Extract<JsonRecord, { kind: 'problem' }>;

/** As `jsonRecords`, with records that are no objects. */
export async function* jsonValues(
  source: TextSource,
  container: Container,
  idColumn?: string,
): AsyncIterable<JsonValue> {
  let count = 0;
  const texts = container === 'lines' ? nonEmptyLines(source) : elements(source, container);
  for await (const { place, text } of texts) {
    count += 1;
    if (count > LIMITS.rows) throw tooManyRows(source.name);
    yield toValue(text, place, idColumn);
  }
}

interface Piece {
  readonly place: Place;
  readonly text: string;
}

async function* nonEmptyLines(source: TextSource): AsyncIterable<Piece> {
  for await (const { number, text } of linesOf(source)) {
    // An array whose brackets were left out: its commas are at the ends of lines.
    const record = withoutMarks(text).replace(/([}\]])\s*,\s*$/, '$1');
    if (record !== '') yield { place: { file: source.name, line: number }, text: record };
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const problemAt = (place: Place, reason: string, text: string) =>
  ({ kind: 'problem', problem: { place, reason, value: text.trim().slice(0, 80), row: { text } } }) as const;

function toValue(text: string, place: Place, idColumn: string | undefined): JsonValue {
  if (text.length > LIMITS.record)
    return problemAt(place, 'The record is longer than 20 million characters.', text);
  try {
    return { kind: 'value', place, value: parseJson(text, idColumn), text };
  } catch (error) {
    const reason = error instanceof DepthError ? error.message : `Not valid JSON${placeIn(error)}.`;
    return problemAt(place, reason, text);
  }
}

/** "at position 17", where the parser says so. */
const placeIn = (error: unknown): string => {
  const found = /at position \d+/.exec(error instanceof Error ? error.message : '');
  return found ? ` ${found[0]}` : '';
};

class DepthError extends Error {}

const ID_KEYS = new Set(['id', '_id', 'doc_id', 'document_id', 'uid', 'external_id']);

const isId = (key: string, idColumn: string | undefined): boolean =>
  key === idColumn || ID_KEYS.has(key.toLowerCase());

/** Whole numbers beyond what a number holds: the number of a customer would become that of another. */
const losesDigits = (value: number, source: string): boolean =>
  !Number.isSafeInteger(value) && /^-?\d+$/.test(source);

/**
 * JSON.parse within the depth limit, that keeps numbers which are ids, or too long for a number, as they are written, and
 * reads the NaN and Infinity of Python and JavaScript as null.
 */
export function parseJson(text: string, idColumn?: string): unknown {
  requireDepth(text);
  const keep = (key: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' && source !== undefined && (isId(key, idColumn) || losesDigits(value, source))
      ? source
      : value;
  const reviver = keep as Parameters<typeof JSON.parse>[1];
  try {
    return JSON.parse(text, reviver);
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended === text) throw error;
    return JSON.parse(mended, reviver);
  }
}

/** With null for each number that JSON has no way to write; what stands in strings stays. */
const withoutNaN = (text: string): string =>
  /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (found) =>
        found.startsWith('"') ? found : 'null',
      )
    : text;

/** A linear look at the brackets outside strings: the parser's own recursion could overflow. */
function requireDepth(text: string): void {
  walkBrackets(text, 0, (_, depth) => {
    if (depth > LIMITS.depth)
      throw new DepthError(`The record is nested more than ${LIMITS.depth} levels deep.`);
    return false;
  });
}

/**
 * The text of each element of the outer array (or of the one outer object), cut out while reading: so that each is
 * parsed on its own, a broken one is named, and a file of any size needs the memory of one record.
 */
async function* elements(source: TextSource, container: 'array' | 'object'): AsyncIterable<Piece> {
  const outer = container === 'array' ? 1 : 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let started = false;
  let ended = false;
  let again = false;
  let record = 0;
  let line = 1;
  let startLine = 1;
  let text = '';
  const finish = function* () {
    const piece = text.trim();
    text = '';
    if (piece === '') return;
    record += 1;
    yield { place: { file: source.name, record, line: startLine }, text: piece };
  };
  for await (const chunk of source.chunks()) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (c === '\n') line += 1;
      if (inString) {
        if (escaped) escaped = false;
        else if (c === '\\') escaped = true;
        else if (c === '"') inString = false;
        continue;
      }
      if (!started) {
        if (c.trim() === '' || c === '\uFEFF' || c === RECORD_MARK || (again && c === ',')) continue;
        if (again && c !== '{') throw afterEnd(source.name, line);
        started = true;
        from = outer === 1 ? i + 1 : i;
        depth = 1;
        startLine = line;
        continue;
      }
      if (ended) {
        if (c.trim() !== '') throw afterEnd(source.name, line);
        continue;
      }
      if (c === '"') inString = true;
      else if (c === '{' || c === '[') {
        if (depth === outer && text.trim() === '') startLine = line;
        depth += 1;
      } else if (c === '}' || c === ']') {
        depth -= 1;
        if (depth === 0) {
          text += chunk.slice(from, outer === 1 ? i : i + 1);
          from = chunk.length;
          // Objects may follow one another, as programs write them that don't know when they are done.
          if (outer === 1) ended = true;
          else {
            started = false;
            again = true;
          }
          yield* finish();
        }
      } else if (c === ',' && depth === outer && outer === 1) {
        text += chunk.slice(from, i);
        from = i + 1;
        yield* finish();
        startLine = line;
      }
    }
    if (started && !ended) text += chunk.slice(from);
    if (text.length > LIMITS.record) throw tooLongRecord(source.name, startLine);
  }
  if (ended || (again && !started)) return;
  if (text.trim() !== '') yield* finish();
  throw new BackendError(
    'json_cut',
    `"${source.name}" ends in the middle of its JSON.`,
    'Get the whole file.',
    undefined,
    { name: source.name },
  );
}

const afterEnd = (name: string, line: number) =>
  new BackendError(
    'json_broken',
    `"${name}" has something after the end of its JSON (line ${line}).`,
    'Mend the file, or save it as JSONL: one object per line.',
    undefined,
    { name },
  );

const tooLongRecord = (name: string, line: number) =>
  new BackendError(
    'record_too_long',
    `The record that begins on line ${line} of "${name}" is longer than 20 million characters.`,
    'Is a bracket or quote missing? Mend the file, or save it as JSONL.',
  );
