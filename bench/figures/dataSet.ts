import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import { createRandom } from '../../engine/index.ts';

const Row = z.object({ id: z.string(), text: z.string(), labels: z.array(z.string()) });
export type Row = z.infer<typeof Row>;

export interface DataSet {
  readonly name: string;
  readonly labels: readonly { readonly name: string; readonly hypotheses: readonly string[] }[];
  /** What the project has, in a random order. */
  readonly pool: readonly Row[];
  /** What nobody ever sees: the truth is measured on them. */
  readonly unseen: readonly Row[];
}

/**
 * A data set's documents for one round: the same `of` documents each time, divided and put in order anew by the seed.
 *
 * folder/name holds train.jsonl.gz, test.jsonl.gz ({"id", "text", "labels"}) and labels.json. Rows of the test part come
 * first; where they are too few, rows of the training part join those that are annotated.
 */
export async function readDataSet(
  folder: string,
  name: string,
  { pool, unseen, of, seed }: { pool: number; unseen: number; of: number; seed: number },
): Promise<DataSet> {
  const fixed = createRandom(1);
  const part = (which: 'train' | 'test') =>
    fixed.fork(which).shuffle(rowsOf(join(folder, name, `${which}.jsonl.gz`)));
  const rows = [...part('test'), ...part('train')].slice(0, of);
  const order = createRandom(seed).fork(name).shuffle(rows);
  return {
    name,
    labels: await readLabelsFile(join(folder, name, 'labels.json')),
    unseen: order.slice(0, unseen),
    pool: order.slice(unseen, unseen + pool),
  };
}

const rowsOf = (path: string): Row[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)));
