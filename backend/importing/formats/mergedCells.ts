import type { ImportFile } from '../file.ts';
import { LIMITS } from '../options.ts';
import { openZip, streamOf, zipEntries } from '../zip.ts';
import { entryText } from '../zipNames.ts';
import { hiddenRowsFinder } from './hiddenRows.ts';
import type { FoundInSheet } from './sheetFinder.ts';
import { uncomputedFinder } from './uncomputed.ts';

/** Cells that are one, from 0. */
interface Merged {
  readonly startRow: number;
  readonly endRow: number;
  readonly startCol: number;
}

interface Row {
  readonly index: number;
  readonly values: readonly unknown[];
}

/**
 * Rows in which a cell that was merged over several of them says in each what it says in the first: what a person sees. Over
 * columns it stays in the first.
 */
export async function* filledDown(
  rows: AsyncIterable<Row> | Iterable<Row>,
  merged: readonly Merged[],
): AsyncIterable<Row> {
  const down = merged
    .filter(({ startRow, endRow, startCol }) => endRow > startRow && startCol < LIMITS.columns)
    .sort((a, b) => a.startRow - b.startRow);
  let next = 0;
  /** By their column: merged cells do not overlap. */
  const open = new Map<number, { readonly until: number; readonly value: unknown }>();
  for await (const row of rows) {
    const { index } = row;
    const values = [...row.values];
    // An empty row stays one.
    if (!values.every(isEmpty)) {
      for (const [column, { until, value }] of open) {
        if (until < index) open.delete(column);
        else if (isEmpty(values[column])) values[column] = value;
      }
    }
    for (; next < down.length && down[next]!.startRow <= index; next++) {
      const { startRow, endRow, startCol } = down[next]!;
      if (startRow === index) open.set(startCol, { until: endRow, value: row.values[startCol] });
    }
    yield { index, values: Array.from(values, (value) => value ?? null) };
  }
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Of a sheet, UTF-16 units behind its rows: what is said of merged cells stands there. */
const TAIL = 4 * 1024 * 1024;
/** Any name may have a prefix: `x:mergeCell`. */
const CELLS =
  /<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref=["']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})["']/g;
/** Where the rows end. */
const END = /<\/(?:[\w.-]+:)?sheetData\s*>/;
/** UTF-16 units that it may take, where it comes in pieces. */
const END_UNITS = 200;

/** A cell, or several, with a target behind what it shows (18.3.1.47). */
const LINKS = /<(?:[\w.-]+:)?hyperlink\s[^<>]*?\bref=["']([A-Z]{1,3}\d{1,7})/g;

/** What of a sheet its rows don't tell. */
export interface SheetFacts {
  /** What is merged (ECMA-376 part 1, 18.3.1.55): it stands behind the rows. */
  readonly merged: readonly Merged[];
  readonly uncomputed: FoundInSheet;
  readonly hiddenRows: FoundInSheet;
  /** Cells with links, by the first of each: "B2". */
  readonly links: readonly string[];
}

/** The sheets of an XLSX by their number. */
export async function sheetFacts(file: ImportFile): Promise<ReadonlyMap<number, SheetFacts>> {
  const paths = await sheetPaths(file);
  const found = new Map<number, SheetFacts>();
  const archive = await openZip(file);
  try {
    for await (const entry of zipEntries(archive, file.name)) {
      const sheet = paths.indexOf(entry.fileName);
      if (sheet < 0) continue;
      let tail = '';
      let ended = false;
      const formulas = uncomputedFinder();
      const hidden = hiddenRowsFinder();
      const decoder = new TextDecoder();
      for await (const chunk of streamOf(archive, entry, file.name)) {
        const piece = decoder.decode(chunk, { stream: true });
        formulas.add(piece);
        hidden.add(piece);
        tail += piece;
        const end: number = ended ? 0 : tail.search(END);
        ended ||= end >= 0;
        tail = ended ? tail.slice(Math.max(0, end), TAIL) : tail.slice(-END_UNITS);
      }
      const merged = [...tail.matchAll(CELLS)].map(([, from = '', first, , last]) => ({
        ...{ startRow: Number(first) - 1, endRow: Number(last) - 1 },
        startCol: columnOf(from),
      }));
      found.set(sheet, {
        ...{ merged, uncomputed: formulas.found, hiddenRows: hidden.found },
        links: linkedIn(tail),
      });
    }
  } finally {
    archive.close();
  }
  return found;
}

const linkedIn = (tail: string): string[] => [...tail.matchAll(LINKS)].map(([, cell = '']) => cell);

/** Where the sheets lie, in their order. */
async function sheetPaths(file: ImportFile): Promise<string[]> {
  const workbook = await entryText(file, 'xl/workbook.xml');
  const relations = await entryText(file, 'xl/_rels/workbook.xml.rels');
  const targets = new Map(
    [...relations.matchAll(/<(?:[\w.-]+:)?Relationship\s[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  return [...workbook.matchAll(/<(?:[\w.-]+:)?sheet\s[^>]*>/g)].map(([tag]) => {
    const target = targets.get(attribute(tag, '[\\w.-]+:id')) ?? '';
    return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  });
}

const attribute = (tag: string, name: string): string =>
  new RegExp(`\\s${name}=(["'])(.*?)\\1`, 's').exec(tag)?.[2] ?? '';

/** "A" is 0, "AA" 26. */
const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
