import { oneLine } from '../../process/oneLine.ts';
import { documentNamed, type Named } from '../project/documentName.ts';
import type { DocumentStore } from '../project/store/documents.ts';
import type { AnnotationRecord, DocumentRecord } from '../records.ts';

/**
 * A label that a row does not name: a no, or open. A format's own no is one for the labels that its file has somewhere;
 * a person's for all of the project.
 */
export type Absent = 'no' | 'open';

/** A document that a record may be of. */
export interface Placeable {
  readonly id: number;
  hasText(text: string): boolean;
}

/** The documents among which a record is placed. */
export interface Places extends Named<Placeable> {
  withText(text: string): number | undefined;
  sourceOf(id: number): string | null;
}

/** Those of a project. */
export function placesIn(documents: DocumentStore): Places {
  const placeable = (found: ReturnType<DocumentStore['get']>): Placeable | undefined =>
    found && { id: found.id, hasText: (text) => found.text === text };
  return {
    byExternalId: (id) => placeable(documents.byExternalId(id)),
    get: (id) => placeable(documents.get(id)),
    withText: documents.withText,
    sourceOf: documents.sourceOf,
  };
}

/**
 * The document that an id means: the one with it as external id; else the one with the same text whose id is the same
 * whole number, or that has none and is called so in what we export.
 */
function knownByName(documents: Places, id: string, text: string): Placeable | undefined {
  const exact = documents.byExternalId(id);
  if (exact) return exact;
  const likely = documentNamed(documents, id);
  return likely?.hasText(text) ? likely : undefined;
}

/** What becomes of a record: it is of a document that is there, it is a new one, or another text than that of its id. */
export type Placed =
  | { readonly kind: 'known'; readonly id: number }
  | {
      readonly kind: 'new';
      readonly externalId: string | null;
      /** Another file brought a document of this id: it has the name of its own before it. */
      readonly apart: boolean;
      /** A document with the same text and another id. */
      readonly same: number | undefined;
    }
  | { readonly kind: 'changed' };

/** Why a record with the id of another text is refused. */
export const otherText = (id: string | null): string =>
  oneLine(`The id "${id}" belongs to another text already.`);

/**
 * Where a record of a file belongs. Two files may both number their rows from 1: an id that another file brought for
 * another text is told apart by the file, unless `shared` says that such ids mean one document.
 */
export function placed(
  documents: Places,
  { externalId, text }: Pick<DocumentRecord, 'externalId' | 'text'>,
  { file, shared }: { file: string; shared: boolean },
): Placed {
  const same = documents.withText(text);
  if (externalId === null)
    return same === undefined ? { kind: 'new', externalId, apart: false, same } : { kind: 'known', id: same };
  const known = knownByName(documents, externalId, text);
  if (!known) return { kind: 'new', externalId, apart: false, same };
  if (known.hasText(text)) return { kind: 'known', id: known.id };
  if (shared || documents.sourceOf(known.id) === file) return { kind: 'changed' };
  const own = `${file}:${externalId}`;
  const other = documents.byExternalId(own);
  if (!other) return { kind: 'new', externalId: own, apart: true, same };
  return other.hasText(text) ? { kind: 'known', id: other.id } : { kind: 'changed' };
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
export function saysNothing(
  { absence, decisions, status, comment, unnamed }: AnnotationRecord,
  absent: Absent | undefined,
): boolean {
  if (decisions.size > 0 || status !== 'done' || comment !== undefined) return false;
  // Numbers whose names nobody knows are no word that nothing applies.
  if (unnamed !== undefined) return true;
  return absence !== 'said' && (absent ?? absence) === 'open';
}
