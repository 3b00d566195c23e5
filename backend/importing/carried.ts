import { createHash } from 'node:crypto';

/**
 * What exports for other tools call what these have no place for. They keep fields of documents, and results of controls,
 * as they are, but number documents and people anew.
 */

/** Field of a document: its id. `id` is taken by the tool's own number. */
export const DOCUMENT_ID = 'entail_id';
/** Field of a document: what was noted, for tools that drop comments of a file. */
export const NOTED = 'entail_comment';
/** Field of a task of Label Studio: that it is of the test sample, where no answer says so as ground truth. */
export const SPLIT = 'entail_split';
/** Field of a task of Label Studio: what the model gives each label, which it has no place for. */
export const SCORES = 'nli_scores';
/** Control of Label Studio, and metadata of Argilla: who annotated, where no account of the server is meant. */
export const ANNOTATED_BY = 'annotated_by';
/** Control of Label Studio: what they noted. */
export const COMMENT = 'comment';

/** Option of Argilla's question, which takes no empty answer: the person said that none of the labels apply. */
export const NONE_APPLY = 'none apply';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The name space of ours among UUIDs made of names. */
const PEOPLE = Buffer.from('6b0e2f0c6b1d4c0e9a4f3c5d1e7a9b24', 'hex');

/** A person as a UUID, which is all that Argilla takes: their name if it is one, else one made of it (RFC 9562, version 5). */
export function personId(name: string): string {
  if (UUID.test(name)) return name.toLowerCase();
  const hash = createHash('sha1').update(PEOPLE).update(name, 'utf8').digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Names by their UUIDs, of a list of those who annotated. */
export const namesById = (names: unknown): ReadonlyMap<string, string> =>
  new Map(
    (Array.isArray(names) ? names : [names]).flatMap((name: unknown) =>
      typeof name === 'string' && name !== '' ? [[personId(name), name] as const] : [],
    ),
  );
