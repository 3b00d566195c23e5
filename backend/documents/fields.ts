import type { Field, FieldCondition, FieldSort } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import type { MetaValue } from '../records.ts';
import { dateOf, type FieldKind, KindFinder, numberOf } from './fieldKinds.ts';

/** Fields that people can choose from, and values that they can choose from instead of typing. */
const MOST_FIELDS = 200;
const MOST_VALUES = 50;
/** UTF-16 units of a value that can be chosen. */
const VALUE_UNITS = 100;
const DAY = 86_400_000;

interface Kept {
  readonly version: string;
  readonly fields: readonly Field[];
}

const kept = new WeakMap<Project, Kept>();

/** Which fields documents have beside their texts, and what they hold, in the order in which they first occur. */
export function fieldsOf(project: Project): readonly Field[] {
  const { documents, fields } = project.stores;
  const version = `${documents.last()} ${documents.count()}`;
  const known = kept.get(project);
  if (known?.version === version) return known.fields;
  const found = new Map<string, Seen>();
  for (const meta of fields.all()) {
    for (const [name, value] of meta) {
      const own = found.get(name) ?? (found.size < MOST_FIELDS ? new Seen() : undefined);
      if (own === undefined) continue;
      own.add(value);
      found.set(name, own);
    }
  }
  const all = [...found].map(([name, own]) => own.field(name));
  kept.set(project, { version, fields: all });
  return all;
}

/** What was seen of a field. */
class Seen {
  readonly #kinds = new KindFinder();
  #values: Set<string> | null = new Set();
  #documents = 0;

  add(value: MetaValue): void {
    this.#documents += 1;
    this.#kinds.add(value);
    if (this.#values === null) return;
    const written = String(value);
    if (written.length > VALUE_UNITS) this.#values = null;
    else if (!this.#values.has(written))
      this.#values = this.#values.size < MOST_VALUES ? this.#values.add(written) : null;
  }

  field(name: string): Field {
    const { kind, timed } = this.#kinds;
    const values = kind === 'text' && this.#values ? [...this.#values].sort(collator.compare) : [];
    return { name, kind, timed, documents: this.#documents, values };
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

const kindOf = (project: Project, name: string): FieldKind =>
  fieldsOf(project).find((field) => field.name === name)?.kind ?? 'text';

/** The documents whose field is so. */
export function documentsWith(project: Project, condition: FieldCondition): Set<number> {
  const { fields } = project.stores;
  const test = testFor(condition, kindOf(project, condition.name));
  const found = new Set<number>();
  for (const [id, value] of fields.values(condition.name)) if (test(value)) found.add(id);
  return found;
}

function testFor({ is, contains, from, to }: FieldCondition, kind: FieldKind): (value: MetaValue) => boolean {
  if (is !== undefined) return (value) => String(value) === is;
  if (contains !== undefined) {
    const wanted = contains.toLowerCase();
    return (value) => String(value).toLowerCase().includes(wanted);
  }
  if (from === undefined && to === undefined) return () => true;
  const number = kind === 'date' ? dateOf : numberOf;
  const least = bound(from, kind) ?? Number.NEGATIVE_INFINITY;
  const last = bound(to, kind) ?? Number.POSITIVE_INFINITY;
  // Whoever says a day means all of it.
  const most = kind === 'date' && !String(to).includes(':') ? last + DAY - 1 : last;
  return (value) => {
    const own = number(value);
    return own >= least && own <= most;
  };
}

const bound = (value: string | number | undefined, kind: FieldKind): number | undefined =>
  value === undefined ? undefined : kind === 'date' ? dateOf(value) : Number(value);

/** Ids in the order of a field: dates as dates, numbers as numbers; documents without it come last. */
export function inOrderOf(project: Project, { field, descending }: FieldSort, ids: Uint32Array): Uint32Array {
  const kind = kindOf(project, field);
  const values = new Map(project.stores.fields.values(field));
  const key = keyFor(kind, [...values.values()]);
  const keys = Float64Array.from(ids, (id) => {
    const value = values.get(id);
    const own = value === undefined ? Number.NaN : key(value);
    return Number.isNaN(own) ? Number.POSITIVE_INFINITY : descending ? -own : own;
  });
  // Equal ones stay in project order; of two infinite ones the difference is no number.
  const order = Uint32Array.from(ids, (_, place) => place);
  return order.sort((a, b) => keys[a]! - keys[b]! || a - b).map((place) => ids[place]!);
}

/** Texts are compared once each: many documents have the same. */
function keyFor(kind: FieldKind, values: readonly MetaValue[]): (value: MetaValue) => number {
  if (kind === 'date') return dateOf;
  if (kind === 'number') return numberOf;
  const written = [...new Set(values.map(String))].filter((value) => value !== '').sort(collator.compare);
  const ranks = new Map(written.map((value, i) => [value, i]));
  return (value) => ranks.get(String(value)) ?? Number.NaN;
}
