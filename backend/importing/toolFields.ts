import type { Role } from '../../contract/index.ts';
import type { Sampled } from './columns.ts';
import { idOf, isObject, RowError } from './fields.ts';
import type { FoundColumns, FoundDocument } from './format.ts';
import type { JsonObject } from './json.ts';
import { type ImportOptions, LIMITS } from './options.ts';
import { shownValues } from './shownValues.ts';

/** What a field of another tool's records becomes, and what may be said instead; [] leaves no choice. */
export interface FieldRole {
  readonly role: Role;
  readonly choices: readonly Role[];
}

/** A field that means what the tool says. */
export const fixed = (role: Role): FieldRole => ({ role, choices: [] });

/** Fields of records by name, in their order, with what stands in them. */
export function fieldsOf(rows: readonly JsonObject[]): Sampled[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, LIMITS.columns);
  return names.map((name) => ({
    name,
    values: rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined)),
  }));
}

/** The fields of another tool's records, each with what it becomes. */
export const toolColumns = (
  rows: readonly JsonObject[],
  roleOf: (name: string) => FieldRole,
  { columns: given = [] }: ImportOptions = {},
): FoundColumns => ({
  columns: fieldsOf(rows).map(({ name, values }) => {
    const own = roleOf(name);
    const said = given.find(({ column }) => column === name)?.role;
    const isOther = own.role === 'id' && said === undefined && given.some(({ role }) => role === 'id');
    const role = said !== undefined && own.choices.includes(said) ? said : isOther ? 'ignore' : own.role;
    return { name, values: shownValues(values), ...own, role };
  }),
  dialect: {},
  probable: [],
  possible: [],
  listed: [],
});

/** A document with what was said of fields that are kept beside its text: one is left out, or its id. */
export function asSaid(document: FoundDocument, { columns = [] }: ImportOptions): FoundDocument {
  if (columns.length === 0) return document;
  const meta = new Map(document.meta);
  let { externalId } = document;
  for (const { column, role } of columns) {
    if (role === 'id' && meta.has(column)) externalId = idOf(meta.get(column));
    if (role !== 'id' && role !== 'ignore') continue;
    for (const name of meta.keys()) if (name === column || name.startsWith(`${column}.`)) meta.delete(name);
  }
  return { ...document, externalId, meta };
}

/** Of a list; what is in none of these is told in no record. */
const MOST_OPENED = 20;

/** A record whose field of this name is an object, or a list of them, with the fields within as `name.field`. */
export function opened(record: JsonObject, name: string): JsonObject {
  const value = record[name];
  const within = isObject(value)
    ? [value]
    : Array.isArray(value)
      ? value.slice(0, MOST_OPENED).filter(isObject)
      : [];
  if (within.length === 0) return record;
  const { [name]: _, ...rest } = record;
  // The first of a list tells enough, but for what it lacks.
  const fields = Object.entries(Object.assign({}, ...within.toReversed(), within[0]));
  return { ...Object.fromEntries(fields.map(([key, own]) => [`${name}.${key}`, own])), ...rest };
}

/** What is found in a record; undefined where that is unclear, which its own reading tells. */
export function ifClear<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof RowError) return undefined;
    throw error;
  }
}
