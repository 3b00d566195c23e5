import type { Project } from '../project/file.ts';
import { oneSidedIn } from '../suggesting/oneSided.ts';

/**
 * A document's place in a random order of all documents, which is the same for ever: its id, mixed (fmix32 of MurmurHash3,
 * Appleby 2011, a one-to-one map of 32-bit numbers).
 */
export function placeOf(id: number): number {
  let hash = id | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The first `count` of these documents in the random order. */
export function firstAtRandom(ids: Iterable<number>, count: number): number[] {
  const first: { id: number; place: number }[] = [];
  for (const id of ids) {
    const place = placeOf(id);
    const last = first.length === count ? first.at(-1) : undefined;
    if (count <= 0 || (last && place >= last.place)) continue;
    const at = first.findIndex((other) => place < other.place);
    first.splice(at < 0 ? first.length : at, 0, { id, place });
    first.length = Math.min(first.length, count);
  }
  return first.map(({ id }) => id);
}

/**
 * Whether a document belongs to the part of the random order that somebody has worked through without a gap: a random
 * sample of the collection, whoever chose the documents and why. Cards that the queue picks at random are the first open
 * ones of that order, so that it grows with them; documents that a strategy chose join it when their turn is past.
 */
export function randomSample(project: Project): (id: number) => boolean {
  const { documents, annotations } = project.stores;
  const begun = annotations.begun();
  // Nobody has worked through documents of which a file names what applies, and no more.
  const oneSided = oneSidedIn(project);
  for (const id of begun) if (oneSided.isAll(id)) begun.delete(id);
  const test = new Set(documents.inSplit('test'));
  let firstOpen = Number.POSITIVE_INFINITY;
  for (const id of documents.ids()) {
    if (begun.has(id) || test.has(id)) continue;
    firstOpen = Math.min(firstOpen, placeOf(id));
  }
  return (id) => placeOf(id) < firstOpen && !test.has(id);
}
