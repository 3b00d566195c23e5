import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import type { ImportProblem, Place } from '../records.ts';
import { decisionsOf, idColumns, idOf, isObject, RowError, stringOr, textOf, usualColumn } from './fields.ts';
import { containerOf, type JsonObject, jsonRecords } from './json.ts';
import { openText } from './source.ts';

/** A row of `annotate --from`: an id, and labels that apply or don't. */
export interface JsonlRow {
  readonly place: Place;
  readonly id: string | null;
  readonly text: string | null;
  readonly labels: string[] | null;
  readonly rejected: string[] | null;
  /** ISO 8601. */
  readonly at: string | null;
}

/** Rows of JSONL (or a JSON array) that need no text. */
export async function* readJsonlRows(path: string): AsyncIterable<JsonlRow | { problem: ImportProblem }> {
  const source = await openText(path, {});
  const container = containerOf(source.head);
  if (container === null) {
    throw new BackendError(
      'json_expected',
      `"${basename(path)}" is no JSONL.`,
      'Each line must be {"id": "…", "labels": ["…"]}.',
    );
  }
  for await (const record of jsonRecords(source, container)) {
    if (record.kind === 'problem') yield { problem: record.problem };
    else yield rowOf(record.place, record.value);
  }
}

function rowOf(place: Place, value: JsonObject): JsonlRow | { problem: ImportProblem } {
  const names = (key: string) => {
    const list = value[key];
    return list === undefined || list === null ? null : decisionsOf(list, 'yes', key).map(([name]) => name);
  };
  try {
    if (!isObject(value)) throw new RowError('Not a JSON object.');
    const fields = Object.keys(value);
    const id = usualColumn(fields, idColumns);
    const text = usualColumn(fields, ['text']);
    return {
      place,
      id: id === null ? null : idOf(value[id]),
      text: text === null || typeof value[text] !== 'string' ? null : textOf(value[text], text),
      labels: names('labels'),
      rejected: names('rejected'),
      at: stringOr(value.at),
    };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { problem: { place, reason: error.message } };
  }
}
