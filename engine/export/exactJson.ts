/** A JSON number as it was written: 2.0 stays 2.0, which some loaders tell from 2. */
type Raw = { readonly rawJSON: string };

/** What runtimes of today have and the type library does not yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): Raw;
}
const exact = JSON as unknown as ExactJson;

/**
 * Parses JSON such that `JSON.stringify` writes every number as it was: 2.0, 1e-12 and integers of any size. Such numbers
 * are opaque; the others are numbers. Throws SyntaxError.
 */
export function parseExactly(text: string): unknown {
  return exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? exact.rawJSON(source)
      : value,
  );
}
