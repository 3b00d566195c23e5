import type { Document } from './store/documents.ts';

/** Where documents are found by what they are called. */
export interface Named<Found> {
  byExternalId(id: string): Found | undefined;
  get(id: number): Found | undefined;
}

/**
 * What a document is called outside of the project: its external id, or `#` and its number where it has none. Both
 * are one space of names, in which a plain number is always an external id.
 */
export const nameOf = ({ id, externalId }: Pick<Document, 'id' | 'externalId'>): string =>
  externalId ?? `#${id}`;

/** The number in `#12`; undefined in any other name. */
function numberIn(name: string): number | undefined {
  const digits = /^#([1-9]\d{0,14})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The document of a name: by external id as it is written, else as the same whole number (1 is 1.0 where a table had
 * numbers), else by `#12`. undefined: there is none.
 */
export function documentNamed<Found>(documents: Named<Found>, name: string): Found | undefined {
  const number = numberIn(name);
  return byExternalId(documents, name) ?? (number === undefined ? undefined : documents.get(number));
}

/** The document with the external id, as it is written or as the same whole number. */
const byExternalId = <Found>(documents: Named<Found>, id: string): Found | undefined =>
  documents.byExternalId(id) ?? documents.byExternalId(otherSpelling(id) ?? id);

/** 12 of 12.0, and 12.0 of 12: what programs make of a column of whole numbers in which one is missing. */
function otherSpelling(id: string): string | undefined {
  const [, whole, zero] = /^(-?(?:0|[1-9]\d{0,15}))(\.0)?$/.exec(id) ?? [];
  return whole === undefined ? undefined : zero === undefined ? `${whole}.0` : whole;
}
