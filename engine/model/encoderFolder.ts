import { statSync } from 'node:fs';
import { insideModel } from '../files/inside.ts';

/**
 * Folder of a model's folder, laid out like one, with the encoder that texts are embedded with. Its file answers with
 * embeddings of length 1, [batch, hidden]; they are made of its last hidden state (see `appendEmbedding`).
 */
export const ENCODER = 'embedding';

/** Tokens of a text that are embedded at once. */
export const MOST_EMBEDDED = 256;

/** The real path of that folder; null: the model embeds texts itself. Throws `model_link_outside` for a link out of the model. */
export function encoderFolder(dir: string): string | null {
  const own = insideModel(dir, ENCODER);
  return own !== null && statSync(own).isDirectory() ? own : null;
}
