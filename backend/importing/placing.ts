import { documentNamed } from '../project/documentName.ts';
import type { Document, DocumentStore } from '../project/store/documents.ts';
import type { AnnotationRecord, DocumentRecord } from '../records.ts';

/**
 * A label that a row does not name: a no, or open. A format's own no is one for the labels that its file has somewhere;
 * a person's for all of the project.
 */
export type Absent = 'no' | 'open';

/**
 * The document that an id means: the one with it as external id; else the one with the same text whose id is the same
 * whole number, or that has none and is called so in what we export.
 */
export function knownByName(documents: DocumentStore, id: string, text: string): Document | undefined {
  const exact = documents.byExternalId(id);
  if (exact) return exact;
  const likely = documentNamed(documents, id);
  return likely?.text === text ? likely : undefined;
}

/** The document of the project that importing this record would be about; undefined: it would be added or refused. */
export function sameDocument(
  documents: DocumentStore,
  { externalId, text }: DocumentRecord,
): number | undefined {
  if (externalId === null) return documents.sameText(text)[0];
  const known = knownByName(documents, externalId, text);
  return known?.text === text ? known.id : undefined;
}

/** Labels that are a no where a record does not name them. */
export interface Closing {
  /** Of the project. */
  readonly all: readonly number[];
  /** Of the file. */
  readonly named: readonly number[];
}

/** Which labels a record closes: a person's word goes before the format's, and neither before an explicit record. */
export function closedBy(
  { absence }: AnnotationRecord,
  absent: Absent | undefined,
  { all, named }: Closing,
): readonly number[] {
  if (absence === 'said' || absent === 'open') return [];
  return absent === 'no' ? all : absence === 'no' ? named : [];
}

/** Whether a record says anything: nobody need have looked where nothing is named and nothing is closed. */
export const saysNothing = (
  { absence, decisions, status, comment }: AnnotationRecord,
  absent: Absent | undefined,
): boolean =>
  decisions.size === 0 &&
  status === 'done' &&
  comment === undefined &&
  absence !== 'said' &&
  (absent ?? absence) === 'open';
