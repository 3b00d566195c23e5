import type { Row } from '../../../contract/index.ts';

/** Rows per request. */
export const PAGE = 100;
/** Pages that are kept; the farthest from what is looked at go first. */
const MOST_PAGES = 40;

/** Pages with one more, bounded in number around it. */
export function withPage(
  pages: ReadonlyMap<number, readonly Row[]>,
  page: number,
  rows: readonly Row[],
): Map<number, readonly Row[]> {
  const next = new Map(pages).set(page, rows);
  if (next.size <= MOST_PAGES) return next;
  const far = [...next.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
  for (const key of far.slice(0, next.size - MOST_PAGES)) next.delete(key);
  return next;
}

export const rowAt = (pages: ReadonlyMap<number, readonly Row[]>, at: number): Row | undefined =>
  pages.get(Math.floor(at / PAGE))?.[at % PAGE];

/** Pages that a stretch of rows needs and that are not there. */
export function missing(pages: ReadonlyMap<number, readonly Row[]>, first: number, last: number): number[] {
  const wanted: number[] = [];
  for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++)
    if (!pages.has(page)) wanted.push(page);
  return wanted;
}
