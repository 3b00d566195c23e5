import { statSync } from 'node:fs';
import { insideModel } from '../files/inside.ts';
import { ENCODER } from '../files/layout.ts';

/** Tokens of a text that are embedded at once. */
export const MOST_EMBEDDED = 256;

/** The real path of that folder; null: the model embeds texts itself. Throws `model_link_outside` for a link out of the model. */
export function encoderFolder(dir: string): string | null {
  const own = insideModel(dir, ENCODER);
  return own !== null && statSync(own).isDirectory() ? own : null;
}
