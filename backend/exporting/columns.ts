import { mustGet } from '../../process/must.ts';
import type { ExportDocument, ExportSource, MetaValue } from '../records.ts';

/** A field of the documents as a column; `key` is its name in the project. */
export interface MetaColumn {
  readonly key: string;
  readonly name: string;
  /** "text" also where values differ in kind: a column has one type. */
  readonly kind: 'text' | 'number' | 'yes/no';
}

const KINDS = { string: 'text', number: 'number', boolean: 'yes/no' } as const;

/** Every field that some document has, in order of appearance. Reads all documents. */
export function metaColumns(source: ExportSource, isTaken: (name: string) => boolean): MetaColumn[] {
  const kinds = new Map<string, MetaColumn['kind']>();
  for (const { meta } of source.documents()) {
    for (const [key, value] of meta) {
      const kind = KINDS[typeof value as keyof typeof KINDS];
      kinds.set(key, kinds.get(key) === undefined || kinds.get(key) === kind ? kind : 'text');
    }
  }
  const names = freeNames([...kinds.keys()], isTaken);
  return [...kinds].map(([key, kind]) => ({ key, name: mustGet(names, key, 'free name'), kind }));
}

/** A document's value in a column; null without one. */
export function metaCell({ meta }: ExportDocument, { key, kind }: MetaColumn): MetaValue | null {
  const value = meta.get(key);
  if (value === undefined) return null;
  return kind === 'text' ? String(value) : value;
}

/** A document's fields under names that mean nothing else in the format. */
export function metaEntries(
  { meta }: ExportDocument,
  isTaken: (name: string) => boolean,
): (readonly [string, MetaValue])[] {
  const names = freeNames([...meta.keys()], isTaken);
  return [...meta].map(([key, value]) => [mustGet(names, key, 'free name'), value] as const);
}

/** Keys as they are, or as "meta.key" where the format uses the name itself. All are distinct. */
function freeNames(keys: readonly string[], isTaken: (name: string) => boolean): ReadonlyMap<string, string> {
  const used = new Set(keys.filter((key) => !isTaken(key)));
  return new Map(
    keys.map((key) => {
      if (used.has(key) && !isTaken(key)) return [key, key];
      let name = `meta.${key}`;
      while (isTaken(name) || used.has(name)) name += '_';
      used.add(name);
      return [key, name];
    }),
  );
}

/** By these names at the top of a record, importers tell formats apart or find what they need. */
const MEANINGFUL = new Set([
  ...['id', 'text', 'label', 'labels', 'rejected', 'status', 'annotator', 'split', 'meta', 'comment'],
  ...['suggestions', 'seconds', 'at', 'data', 'annotations', 'predictions', 'completions', 'drafts'],
  ...['annotation_id', 'fields', 'responses', 'options', 'accept', 'answer', 'cats', 'Comments'],
  ...['premise', 'hypothesis', '_server_id'],
]);

export const isMeaningful = (name: string): boolean =>
  MEANINGFUL.has(name) || /\.(responses|suggestion)(\.|$)/.test(name);
