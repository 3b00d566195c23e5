import type { Reading } from '../../contract/index.ts';
import { nameKey } from '../labels/nameKey.ts';
import type { AnnotationRecord, Decision, DocumentRecord } from '../records.ts';

/** A label as a file has it, and what it is called in the project; null: it is left out. */
export interface LabelName {
  readonly from: string;
  readonly to: string | null;
  /** In the project already; made by the import; a number that nobody gave a name; left out. */
  readonly kind: 'known' | 'new' | 'number' | 'left out';
}

/** What files call labels, found by a first reading. */
export interface FoundNames {
  readonly names: Iterable<string>;
  /** Numbers that stand for labels without names. */
  readonly numbers: Iterable<string>;
}

/**
 * What labels of files are called in the project: as someone said, else as the label there that differs only in case,
 * spaces or Unicode form, for there can be only one of these; else as the first of them in the files.
 */
export function labelNames(
  found: FoundNames,
  known: readonly string[],
  given: Reading['names'] = [],
): readonly LabelName[] {
  const said = new Map(given.map(({ from, to }) => [from, to]));
  const spellings = new Map(known.map((name) => [nameKey(name), name]));
  const inProject = new Set(known);
  const spelt = (name: string): string => {
    if (inProject.has(name)) return name;
    const other = spellings.get(nameKey(name));
    if (other === undefined) spellings.set(nameKey(name), name);
    return other ?? name;
  };
  const of = (from: string, to: string | null): LabelName => {
    if (to === null || to.trim() === '') return { from, to: null, kind: 'left out' };
    const own = spelt(to.trim());
    return { from, to: own, kind: inProject.has(own) ? 'known' : 'new' };
  };
  return [
    ...[...new Set(found.names)].map((from) => of(from, said.get(from) ?? (said.has(from) ? null : from))),
    ...[...new Set(found.numbers)].map((from): LabelName => {
      const to = said.get(from);
      return to === undefined ? { from, to: null, kind: 'number' } : of(from, to);
    }),
  ];
}

/** Records with the project's names for their labels. */
export function inProjectNames(names: readonly LabelName[]): (document: DocumentRecord) => DocumentRecord {
  const to = new Map(names.map((name) => [name.from, name.to]));
  const left = new Set(names.flatMap(({ from, kind }) => (kind === 'left out' ? [from] : [])));
  if (names.every((name) => name.from === name.to)) return (document) => document;
  return (document) => ({
    ...document,
    annotations: document.annotations.map((record) => renamed(record, { to, left })),
    suggestions: document.suggestions.flatMap((one) => {
      const label = to.get(one.label) ?? null;
      return label === null ? [] : [{ ...one, label }];
    }),
  });
}

function renamed(
  record: AnnotationRecord,
  { to, left }: { to: ReadonlyMap<string, string | null>; left: ReadonlySet<string> },
): AnnotationRecord {
  const decisions = new Map<string, Decision>();
  for (const [name, decision] of record.decisions) {
    const own = to.get(name) ?? null;
    // Of two spellings one may say yes.
    if (own !== null && decisions.get(own) !== 'yes') decisions.set(own, decision);
  }
  const unnamed = (record.unnamed ?? []).filter((number) => {
    const own = to.get(number) ?? null;
    if (own !== null) decisions.set(own, 'yes');
    return own === null && !left.has(number);
  });
  return { ...record, decisions, unnamed: unnamed.length > 0 ? unnamed : undefined };
}
