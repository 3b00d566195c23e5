import { join } from 'node:path';
import { z } from 'zod';
import { readFusionWeights } from '../../engine/model/fusionFile.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { fuse, labelPriors } from '../../engine/zeroshot/fusion.ts';
import { readingsOf, SAMPLE } from '../../tools/nli/readings.ts';
import { drawn, sampleSet } from '../../tools/nli/sampleSet.ts';
import { kept } from './kept.ts';

/** What a model reads in the documents of a set: tables are row by row, a row per document. */
export interface SetEvidence {
  readonly name: string;
  readonly labels: number;
  readonly dimensions: number;
  /** Documents of the training part first, then those of the test part. */
  readonly pool: number;
  readonly test: number;
  /** [documents, labels], 1 where the document has the label. */
  readonly gold: Uint8Array;
  /** Log-odds of entailment, [documents, labels]. */
  readonly odds: Float32Array;
  /** Likeness of document and label, [documents, labels]. */
  readonly cosine: Float32Array;
  /** Log-odds of the combined reading, [documents, labels]. */
  readonly combined: Float32Array;
  /** [documents, dimensions] */
  readonly embeddings: Float32Array;
}

const Kept = z.custom<SetEvidence>((value) => typeof value === 'object' && value !== null && 'gold' in value);

export interface ReadRequest {
  readonly data: string;
  readonly model: string;
  readonly cache: string;
  readonly pool: number;
  readonly test: number;
  readonly characters: number;
}

/** The evidence of a set, read once and kept in `cache`. */
export async function readSet(name: string, request: ReadRequest): Promise<SetEvidence> {
  const file = join(request.cache, `${name}-${request.pool}-${request.test}-${request.characters}.bin`);
  return kept(file, Kept, async () => evidenceOfSet(await loadNliModel(request.model), name, request));
}

/** The documents of a set, those of the training part first, and its labels. */
export async function sampleOfSet(
  name: string,
  { data, pool, test, characters }: Pick<ReadRequest, 'data' | 'pool' | 'test' | 'characters'>,
) {
  const own = { set: `text/${name}`, characters };
  const train = await sampleSet(data, { ...own, part: 'train', texts: pool });
  const unseen = await sampleSet(data, { ...own, part: 'test', texts: test });
  return { train, unseen, rows: [...train.texts, ...unseen.texts] };
}

async function evidenceOfSet(model: NliModel, name: string, request: ReadRequest): Promise<SetEvidence> {
  const fusion = readFusionWeights(request.model);
  if (!fusion) throw new Error(`${request.model} has no combined reading.`);
  const { train, unseen, rows } = await sampleOfSet(name, request);
  const { texts: readings, vectors } = await readingsOf(model, { ...train, texts: rows });
  const sample = drawn(readings.slice(0, train.texts.length), SAMPLE);
  const priors = labelPriors(sample, train.labels.length);
  const labels = train.labels.length;
  const dimensions = vectors[0]!.length;
  const flat = (of: readonly ArrayLike<number>[], width: number) => {
    const table = new Float32Array(of.length * width);
    of.forEach((row, i) => {
      table.set(row, i * width);
    });
    return table;
  };
  return {
    name,
    labels,
    dimensions,
    pool: train.texts.length,
    test: unseen.texts.length,
    gold: Uint8Array.from(
      rows.flatMap((row) => train.labels.map((_, label) => (row.labels.includes(label) ? 1 : 0))),
    ),
    odds: flat(
      readings.map(({ odds }) => odds),
      labels,
    ),
    cosine: flat(
      readings.map(({ cosine }) => cosine),
      labels,
    ),
    combined: flat(
      readings.map((reading) => fuse(fusion, priors, reading).map(logOdds)),
      labels,
    ),
    embeddings: flat(vectors, dimensions),
  };
}
