import { KindFinder } from '../../documents/fieldKinds.ts';
import type { DocumentRecord, SourceColumn } from '../../records.ts';
import type { Cell, ResultColumn } from './table.ts';

type Sourced = Pick<DocumentRecord, 'externalId' | 'text' | 'meta' | 'row'>;

interface Found extends SourceColumn {
  readonly finder: KindFinder;
}

/**
 * The columns that documents came with, in the order of their files: one of texts, one of ids where there are any, and
 * every other one by its name. Files of several layouts give all of their columns, those of the first file first.
 */
export class OriginalColumns {
  readonly #found = new Map<string, Found>();
  #fileHasText = false;

  /** Learns from a document; all have to be shown before the columns are asked for. */
  add(document: Sourced): void {
    for (const column of columnsOf(document)) {
      const key = keyOf(column);
      if (column.role === 'text') this.#fileHasText = true;
      const found = this.#found.get(key) ?? { ...column, finder: new KindFinder() };
      this.#found.set(key, found);
      const cell = cellOf(document, column);
      if (column.role !== 'text' && cell !== null && typeof cell !== 'object') found.finder.add(cell);
    }
  }

  get columns(): ResultColumn[] {
    if (!this.#fileHasText) return [{ name: 'text', kind: 'text' }];
    return [...this.#found.values()].map(({ name, finder }) => ({
      name,
      kind: finder.kind,
      timed: finder.timed,
    }));
  }

  /** A document's cells in these columns. */
  cells(document: Sourced): Cell[] {
    if (!this.#fileHasText) return [document.text];
    return [...this.#found.values()].map((column) => cellOf(document, column));
  }
}

/** Of texts and ids there is one column, whatever files call it. */
const keyOf = ({ name, role }: SourceColumn): string =>
  role === 'text' || role === 'id' ? role : `${role} ${name}`;

function columnsOf({ externalId, meta, row }: Sourced): SourceColumn[] {
  const columns = row?.columns ?? [
    ...(externalId === null ? [] : [{ name: 'id', role: 'id' } as const]),
    { name: 'text', role: 'text' } as const,
  ];
  // What lies with a document and no column of its file says: the file in a folder, the page.
  const named = new Set(columns.map(({ name, role }) => (role === 'meta' ? name : null)));
  const more = [...meta.keys()].filter((name) => !named.has(name));
  return [...columns, ...more.map((name) => ({ name, role: 'meta' }) as const)];
}

function cellOf({ externalId, text, meta, row }: Sourced, { name, role }: SourceColumn): Cell {
  switch (role) {
    case 'text':
      return text;
    case 'id':
      return externalId;
    case 'meta':
      return meta.get(name) ?? null;
    case 'kept':
      return row?.kept.get(name) ?? null;
    default:
      return role satisfies never;
  }
}
