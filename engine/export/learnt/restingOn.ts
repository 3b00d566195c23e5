import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { insideModel } from '../../files/inside.ts';
import { ENCODER, INTERACTION } from '../../files/layout.ts';
import { sha256Of } from '../../files/sha256.ts';
import { CONSTANTS, WEIGHTS } from './constants.ts';

/** The graphs and weights of a folder, by the names that it has them under; not its texts, whose ends of lines may change. */
export type ModelFiles = ReadonlyMap<string, string | Uint8Array>;

/** What Entail reads of a folder with heads; the smaller files beside `onnx/model.onnx` are for others. */
const READ = [
  'onnx/model.onnx',
  `${ENCODER}/onnx/model.onnx`,
  `${ENCODER}/${INTERACTION}`,
  WEIGHTS.base,
  WEIGHTS.tuned,
];

const isOfModel = (name: string): boolean =>
  name.endsWith('.onnx') || name.endsWith(INTERACTION) || name.startsWith('learnt/');

/** SHA-256 of the files that heads rest on, in hexadecimal, by name. */
export const digestsOf = (files: ModelFiles): Record<string, string> =>
  Object.fromEntries(
    [...files]
      .filter(([name]) => isOfModel(name))
      .map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')]),
  );

/**
 * Reads the files of a folder that its heads rest on. Throws `learnt_other_model` where one is another than `digests` says;
 * folders of versions before have no digests.
 */
export async function requireRestingOn(
  dir: string,
  digests: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  for (const name of READ) {
    const wanted = digests?.[name];
    if (wanted === undefined) continue;
    const real = insideModel(dir, name);
    if (real !== null && (await sha256Of(real)) === wanted) continue;
    throw new EngineError(
      'learnt_other_model',
      `${join(dir, name)} ${real === null ? 'is missing' : `is not the file that ${CONSTANTS} rests on`}.`,
      'Copy the whole exported folder again, or export the model again.',
    );
  }
}
