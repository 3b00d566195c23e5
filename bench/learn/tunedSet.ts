import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { TUNING, tuneEmbeddings } from '../../engine/contrast/tune.ts';
import { createTextEmbedder } from '../../engine/inference/embed.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { mergeTrained } from '../../engine/train/trainables.ts';
import { kept } from './kept.ts';
import { type ReadRequest, type SetEvidence, sampleOfSet } from './readSets.ts';
import type { TrainedSet } from './runs.ts';

/** Other settings give other embeddings. */
const SETTINGS = createHash('sha256').update(JSON.stringify(TUNING)).digest('hex').slice(0, 8);
const models = new Map<string, Promise<NliModel>>();

/** The set with embeddings that were tuned on `known` alone, as a training does; kept in `cache`. */
export async function tunedSet(
  request: ReadRequest,
  set: SetEvidence,
  { known, seed }: { known: readonly number[]; seed: number },
): Promise<SetEvidence> {
  const { cache, pool, test, characters } = request;
  const name = `${set.name}-${pool}-${test}-${characters}-tuned-${known.length}-${seed}-${SETTINGS}.embeddings`;
  const embeddings = await kept(join(cache, name), z.instanceof(Float32Array), () =>
    tuneAndEmbed(request, set, { known, seed }),
  );
  return { ...set, embeddings };
}

/** The same beside a run: what it held out of `known`, embeddings are not tuned on either. */
export function tunedBeside(
  run: TrainedSet,
  request: ReadRequest,
  set: SetEvidence,
  { known, seed }: { known: readonly number[]; seed: number },
): Promise<SetEvidence> {
  const heldOut = new Set(run.heldOut);
  return tunedSet(request, set, { known: known.filter((row) => !heldOut.has(row)), seed });
}

/** [documents, dimensions] */
async function tuneAndEmbed(
  request: ReadRequest,
  { name, labels, gold, dimensions }: SetEvidence,
  { known, seed }: { known: readonly number[]; seed: number },
): Promise<Float32Array> {
  const loaded = models.get(request.model) ?? loadNliModel(request.model);
  models.set(request.model, loaded);
  const encoder = await (await loaded).encoder();
  const { rows } = await sampleOfSet(name, request);
  const texts = rows.map(({ text }) => text);
  const all = Array.from({ length: labels }, (_, label) => label);
  const annotated = known.map((row) => {
    const has = (label: number) => gold[row * labels + label] === 1;
    return { text: texts[row]!, yes: all.filter(has), no: all.filter((label) => !has(label)) };
  });
  const tuned = await tuneEmbeddings(encoder, { texts: annotated, options: { seed } });
  const embedder = await createTextEmbedder(encoder, { weights: mergeTrained(encoder.prepared, tuned) });
  const vectors = await embedder.embed(texts);
  await embedder.release();
  const found = new Float32Array(texts.length * dimensions);
  vectors.forEach((vector, row) => {
    found.set(vector, row * dimensions);
  });
  return found;
}
