import type { DocumentRecord, Place } from '../records.ts';

/** An id that came before with another text, and where. */
export interface MeetingId {
  readonly id: string;
  readonly place: Place;
}

/** Ids that are remembered, as two numbers each: what comes behind so many rows is taken as it is. */
const MOST = 2_000_000;

/** Tells whether the id of a document came before with another text; documents are given in their order. */
export function meetingIds(): (document: Pick<DocumentRecord, 'externalId' | 'text'>) => boolean {
  const texts = new Map<number, number>();
  return ({ externalId, text }) => {
    if (externalId === null) return false;
    const id = hashOf(externalId);
    const own = hashOf(text);
    const before = texts.get(id);
    if (before === undefined && texts.size < MOST) texts.set(id, own);
    return before !== undefined && before !== own;
  };
}

/** 53 bits of a text (two of FNV-1a with other beginnings): among millions two are hardly ever the same. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
