/** Of how texts are read for their embeddings; versions before 2 read their beginning alone. */
const READING = 2;

/** Under what embeddings, and what rests on them, are kept: the model's content (`modelDigest`) and how texts are read. */
export const embeddingName = (digest: string): string => `${digest}.${READING}`;

/** Whether embeddings under both names are of one model, read in this way or another. */
export const isOfOneModel = (one: string, other: string): boolean => modelOf(one) === modelOf(other);

const modelOf = (name: string): string => name.replace(/\.\d+$/, '');
