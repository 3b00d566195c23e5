/** Rows of a table that lies row by row: [rows][columns]. */
export function rowsOf(table: Float32Array, rows: number): Float32Array[] {
  const columns = table.length / Math.max(rows, 1);
  return Array.from({ length: rows }, (_, row) => table.slice(row * columns, (row + 1) * columns));
}

/** All parts, of whatever lengths, one after the other: of rows of one length their table, row by row. */
export function oneAfterTheOther(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
