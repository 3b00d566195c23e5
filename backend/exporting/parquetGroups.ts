import type { ByteWriter } from 'hyparquet-writer';

const ROWS_PER_GROUP = 10_000;
/** UTF-16 units of text per row group: a group is what is held in memory. */
const UNITS_PER_GROUP = 4 * 1024 * 1024;

/** Rows of a Parquet file, gathered into row groups. */
export interface RowGroups<T> {
  /** `units`: UTF-16 units of the row's text. Returns the group that the row completes, if it does. */
  add(row: T, units: number): readonly T[] | null;
  /** What is left; null: nothing is. */
  rest(): readonly T[] | null;
}

export function rowGroups<T>(): RowGroups<T> {
  let group: T[] = [];
  let held = 0;
  const take = () => {
    const taken = group;
    group = [];
    held = 0;
    return taken;
  };
  return {
    add(row, units) {
      group.push(row);
      held += units;
      return group.length >= ROWS_PER_GROUP || held >= UNITS_PER_GROUP ? take() : null;
    },
    rest: () => (group.length > 0 ? take() : null),
  };
}

/** What was written so far; the writer goes on counting, since the file's index needs places. */
export function drain(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
