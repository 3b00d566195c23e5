/** Of how texts are read for their embeddings; versions before 2 read their beginning alone. */
const READING = 2;

/** Under what embeddings, and what rests on them, are kept: the model's content (`modelDigest`) and how texts are read. */
export const embeddingName = (digest: string): string => `${digest}.${READING}`;

/** Whether embeddings of this model are kept under `name`, read in this way or another. */
export const isOfModel = (name: string, digest: string): boolean =>
  name === digest || name.startsWith(`${digest}.`);
