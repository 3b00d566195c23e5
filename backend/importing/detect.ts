import { extname } from 'node:path';
import { isObject } from './fields.ts';
import { isArgilla1 } from './formats/argilla1.ts';
import { findDelimiter } from './formats/csvRows.ts';
import { type Container, containerOf, type JsonObject, parseJson } from './json.ts';
import type { Format } from './options.ts';
import type { TextSource } from './source.ts';

/** What a file is: how its records lie, and whose format they are in. */
export interface Detected {
  readonly format: Format;
  readonly container: Container | null;
}

/** By content first, then by name (features: telling formats apart). `first` is the file's first JSON record. */
export function detectText(source: TextSource, first: JsonObject | null): Detected {
  const container = containerOf(source.head);
  if (container !== null) return { format: first ? shapeOf(first) : 'jsonl', container };
  const lines = source.head
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, 100);
  const labelled = lines.filter((line) => /^"?__label__/.test(line));
  if (labelled.length * 2 >= lines.length) return { format: 'fasttext', container };
  const extension = extname(source.name).toLowerCase();
  if (extension === '.txt') return { format: 'text', container };
  if (extension === '.tsv') return { format: 'tsv', container };
  if (extension === '.csv' || findDelimiter(source.head) !== null) return { format: 'csv', container };
  return { format: 'text', container };
}

const ANSWERS: ReadonlySet<string> = new Set(['accept', 'reject', 'ignore']);

/** Whose JSON this is, by the fields of a record. */
export function shapeOf(record: JsonObject): Format {
  const has = (key: string) => Object.hasOwn(record, key);
  if (
    isObject(record.data) ||
    has('annotation_id') ||
    (has('data') && (has('annotations') || has('predictions') || has('completions')))
  ) {
    return 'label-studio';
  }
  if (isArgilla1(record)) return 'argilla-1';
  if (isObject(record.fields) && (has('responses') || has('suggestions'))) return 'argilla';
  if (Object.keys(record).some((key) => /\.(responses|suggestion)$/.test(key))) return 'argilla';
  const { answer } = record;
  if ((has('options') && has('accept')) || (typeof answer === 'string' && ANSWERS.has(answer)))
    return 'prodigy';
  if (isObject(record.cats)) return 'spacy';
  if (has('Comments')) return 'doccano';
  return 'jsonl';
}

/** The first record within a file's beginning, if it is whole there. */
export function firstRecord(head: string): JsonObject | null {
  const container = containerOf(head);
  const start = head.trimStart();
  if (container === null) return null;
  const text = container === 'lines' ? start.split(/\r\n|\n|\r/, 1)[0]! : firstElement(start, container);
  try {
    const value = parseJson(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function firstElement(text: string, container: Container): string {
  const from = text.indexOf('{');
  if (from < 0 || (container === 'array' && text.slice(1, from).trim() !== '')) return '';
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{') depth += 1;
    else if (c === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(from, i + 1);
    }
  }
  return '';
}
