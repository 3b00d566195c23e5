/** An object with own properties of any name, `__proto__` included. */
export const objectOf = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.fromEntries(entries);

/** A JSON array of records, streamed: one record per line. */
export function* jsonArray(records: Iterable<unknown>): Iterable<string> {
  let first = true;
  for (const record of records) {
    yield `${first ? '[\n' : ',\n'}${JSON.stringify(record)}`;
    first = false;
  }
  yield first ? '[]\n' : '\n]\n';
}

/** One JSON record per line. */
export function* jsonLines(records: Iterable<unknown>): Iterable<string> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}

// TypeScript's library does not know it yet; Node has it since version 22.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/** 1 and 0 written as 1.0 and 0.0: readers in Python take the type of a number from its spelling. */
export const REAL = { one: rawJSON('1.0'), zero: rawJSON('0.0') } as const;
