import type { FieldKind } from '../../documents/fieldKinds.ts';
import type { Chunks } from '../../files/atomic.ts';
import type { MetaValue } from '../../records.ts';

/** A cell as it was written where it comes from a file; its column says what it is. */
export type Cell = MetaValue | readonly string[] | null;

export interface ResultColumn {
  /** Distinct in a table. */
  readonly name: string;
  readonly kind: FieldKind | 'list';
  /** Of dates: they have times of day. */
  readonly timed?: boolean | undefined;
}

/** Documents with what was found, a row each, for people and spreadsheets. Nothing of it is kept in memory. */
export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  rows(): Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
}

export interface TableOptions {
  /** CSV: cells that a spreadsheet would run get an apostrophe. */
  readonly excelSafe?: boolean | undefined;
}

/** A kind of file that results are written as. The same table gives the same bytes. */
export interface TableFormat {
  readonly name: string;
  readonly description: string;
  /** With the dot. */
  readonly extension: string;
  /** What a table can't keep in it, in words. */
  readonly costs: readonly string[];
  write(table: ResultTable, options: TableOptions): Chunks;
}

/** A list in one cell. */
export const joined = (names: readonly string[]): string => names.join('; ');

/** By which names of columns are the same to spreadsheets. */
export const folded = (name: string): string => name.trim().toLowerCase();

/** Names as they are, or with a number where another column has it, in whatever capitals. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((wanted) => {
    let name = wanted;
    for (let i = 2; taken.has(folded(name)); i++) name = `${wanted} (${i})`;
    taken.add(folded(name));
    return name;
  });
}
