import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { BackendError } from '../../errors.ts';
import { tooManyRows } from '../lines.ts';
import { LIMITS } from '../options.ts';
import type { TextSource } from '../source.ts';

const DELIMITERS = [',', '\t', ';', '|'] as const;
const SAMPLE_ROWS = 500;

/** RFC 4180, with tolerance for lone quotes and mixed line ends; short and long rows are checked by us. */
const reading = (delimiter: string): Options => ({
  delimiter,
  bom: true,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: LIMITS.record,
});

/** The delimiter that gives the same number of fields, more than one, in the first rows; null: none does. */
export function findDelimiter(head: string): string | null {
  const counts = DELIMITERS.map((delimiter) => {
    const rows = sampleRows(head, delimiter).slice(0, 100);
    const width = rows[0]?.length ?? 0;
    const even = rows.length > 0 && rows.every((row) => row.length === width);
    return { delimiter, width: even ? width : 0 };
  });
  const best = counts.reduce((a, b) => (b.width > a.width ? b : a));
  return best.width > 1 ? best.delimiter : null;
}

/** Complete rows at the beginning of a file. */
export function sampleRows(head: string, delimiter: string): string[][] {
  try {
    // The last row may be cut: without it what is left is whole, unless a quote is never closed.
    const whole = head.slice(0, Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r')) + 1) || head;
    return parseSync(whole, {
      ...reading(delimiter),
      to: SAMPLE_ROWS + 1,
      skip_records_with_error: true,
    }) as string[][];
  } catch {
    return [];
  }
}

/** The rows of a table, each with the line it begins on. Throws `csv_broken` or `too_many_rows`. */
export async function* rowsOf(
  source: TextSource,
  delimiter: string,
): AsyncIterable<{ fields: string[]; line: number }> {
  const parser = parse({ ...reading(delimiter), info: true });
  // Errors of the source reach the reader through the parser.
  const feed = async () => {
    try {
      for await (const chunk of source.chunks()) {
        if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
        if (parser.destroyed) return;
      }
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  void feed();
  let last = 0;
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      rows += 1;
      if (rows > LIMITS.rows) throw tooManyRows(source.name);
      const breaks = record.reduce((sum, field) => sum + (field.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
      last = info.lines;
      yield { fields: record, line: Math.max(1, last - breaks) };
    }
  } catch (error) {
    throw error instanceof CsvError ? brokenCsv(source.name, error, last) : error;
  } finally {
    parser.destroy();
  }
}

function brokenCsv(name: string, error: CsvError, lastLine: number): BackendError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new BackendError(
      'csv_broken',
      `In "${name}" the quote that opens on line ${lastLine + 1} is never closed.`,
      'Close it, or write "" for a quote inside a quoted field.',
      undefined,
      { name, line: lastLine + 1 },
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new BackendError(
      'csv_broken',
      `In "${name}" the row that begins on line ${lastLine + 1} is longer than 20 million characters.`,
      'Is a quote there never closed?',
      undefined,
      { name, line: lastLine + 1 },
    );
  }
  return new BackendError(
    'csv_broken',
    `"${name}" can't be read after line ${lastLine}: ${error.message.split('\n')[0]}.`,
    undefined,
    undefined,
    { name, line: lastLine + 1 },
  );
}
