import type { Finish } from '../project/store/finished.ts';

/** How fast somebody annotates. */
export interface Pace {
  /** Documents whose time is known. */
  readonly documents: number;
  /** Of the newest of them, `RECENT` at most. */
  readonly documentsPerMinute: number;
  /** Over time, in parts of as many documents: `upTo` counts all documents finished or skipped until then. */
  readonly parts: { readonly upTo: number; readonly documentsPerMinute: number }[];
}

/** A longer pause is a break, not work (seconds). */
const BREAK = 300;
const RECENT = 100;
const LEAST_PART = 10;
const MOST_PARTS = 24;
/** Fewer documents make no pace. */
const LEAST = 5;

/**
 * The pace of finished documents in order. A document took as long as since its annotator finished the one before; after a
 * break, and for the first, as long as it was on the screen, where that is known and no break itself. null: too few are known.
 */
export function paceOf(finishes: readonly Finish[]): Pace | null {
  const last = new Map<number, number>();
  // Several annotators finish the same document.
  const finished = new Set<number>();
  const known: { readonly upTo: number; readonly seconds: number }[] = [];
  for (const { documentId, annotatorId, at, seconds } of finishes) {
    finished.add(documentId);
    const now = Date.parse(at) / 1000;
    const before = last.get(annotatorId);
    last.set(annotatorId, now);
    const since = before === undefined ? Number.POSITIVE_INFINITY : now - before;
    // A clock that was set back tells nothing.
    const took = since > BREAK || since < 0 ? seconds : since;
    if (took !== null && took > 0 && took <= BREAK) known.push({ upTo: finished.size, seconds: took });
  }
  if (known.length < LEAST) return null;
  const size = Math.max(LEAST_PART, Math.ceil(known.length / MOST_PARTS));
  const parts = [];
  for (let from = 0; from < known.length; from += size) {
    const own = known.slice(from, from + size);
    const last = own.at(-1);
    // What is left over says little alone.
    if (last && own.length >= LEAST) parts.push({ upTo: last.upTo, documentsPerMinute: perMinute(own) });
  }
  return { documents: known.length, documentsPerMinute: perMinute(known.slice(-RECENT)), parts };
}

const perMinute = (known: readonly { readonly seconds: number }[]): number =>
  (60 * known.length) / known.reduce((sum, { seconds }) => sum + seconds, 0);
