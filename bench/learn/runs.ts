import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { agreeToModel } from '../../backend/models/agreed.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { runModel } from '../../backend/suggesting/suggestingModel.ts';
import { train } from '../../backend/training/train.ts';
import { type Engine, withTextReader } from '../../engine/index.ts';
import { sampleSet } from '../../tools/nli/sampleSet.ts';
import { kept } from './kept.ts';
import type { ReadRequest } from './readSets.ts';

/** What a run that learnt from some documents of a set says; labels in the set's order. */
export interface TrainedSet {
  /** Documents that it held out, as rows of the set's evidence. */
  readonly heldOut: readonly number[];
  /** What it gave them, epochs chosen without the document: [held out][labels]. */
  readonly heldOutProbabilities: readonly (readonly number[])[];
  /** Log-odds of all documents, [documents, labels]. */
  readonly odds: Float32Array;
  /** [labels], tuned on what was held out. */
  readonly thresholds: readonly number[];
}

const Kept = z.custom<TrainedSet>(
  (value) => typeof value === 'object' && value !== null && 'heldOut' in value,
);

export interface TrainedRequest extends ReadRequest {
  readonly set: string;
  /** Rows of the training part that are annotated. */
  readonly known: readonly number[];
  readonly seed: number;
}

/** Trains as the program does, on the annotated documents with its own defaults; kept in `cache`. */
export const trainedSet = (engine: Engine, request: TrainedRequest): Promise<TrainedSet> =>
  keptOfRun(request, { name: 'run', schema: Kept }, () =>
    withTrained(engine, request, async ({ project, run, ids, rows }) => {
      const { labels, runs, unseenScores } = project.stores;
      const heldOut = runs.heldOut(run);
      const unseen = unseenScores.heldOut(run);
      const all = labels.all();
      const odds = new Float32Array(rows.length * all.length);
      await withTextReader(
        engine,
        { ...(await runModel(project, run)), labels: all, device: 'cpu', precision: 'auto' },
        async (read) => {
          for (let from = 0; from < rows.length; from += CHUNK) {
            const texts = rows.slice(from, from + CHUNK).map(({ text }) => text);
            for (const [i, row] of (await read({ texts })).entries())
              odds.set(row.odds, (from + i) * all.length);
          }
        },
      );
      return {
        heldOut: heldOut.map((id) => request.known[ids.indexOf(id)]!),
        heldOutProbabilities: heldOut.map((id) => [...(unseen.get(id)?.probabilities ?? [])]),
        odds,
        thresholds: runs.labels(run).map(({ threshold }) => threshold),
      };
    }),
  );

/** The weights of such a run, as a safetensors file; kept in `cache`. */
export const trainedWeights = (engine: Engine, request: TrainedRequest): Promise<Uint8Array> =>
  keptOfRun(request, { name: 'weights', schema: z.instanceof(Uint8Array) }, () =>
    withTrained(engine, request, async ({ project, run }) => {
      const weights = project.stores.runs.weights(run);
      if (!weights) throw new Error(`The run on ${request.set} has no weights.`);
      return new Uint8Array(weights);
    }),
  );

const keptOfRun = <T>(
  { cache, set, known, seed, pool, test, characters }: TrainedRequest,
  { name, schema }: { name: string; schema: z.ZodType<T> },
  make: () => Promise<T>,
): Promise<T> =>
  kept(join(cache, `${set}-${pool}-${test}-${characters}-${name}-${known.length}-${seed}.bin`), schema, make);

/** A project whose run has just ended. */
interface Ended {
  readonly project: Project;
  readonly run: number;
  /** Documents, in the order of the request's `known`. */
  readonly ids: readonly number[];
  /** Texts of the pool, then of the test part. */
  readonly rows: readonly { readonly text: string }[];
}

async function withTrained<T>(
  engine: Engine,
  request: TrainedRequest,
  read: (ended: Ended) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'entail-trained-'));
  const project = createProject(join(folder, 'p.entail'));
  try {
    return await read(await trainedOn(project, engine, request));
  } finally {
    project.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function trainedOn(
  project: Project,
  engine: Engine,
  { data, set, known, seed, pool, test, characters, model }: TrainedRequest,
): Promise<Ended> {
  const part = { set: `text/${set}`, characters };
  const own = await sampleSet(data, { ...part, part: 'train', texts: pool });
  const unseen = await sampleSet(data, { ...part, part: 'test', texts: test });
  const rows = [...own.texts, ...unseen.texts];
  agreeToModel(model);
  addLabels(project, await readLabelsFile(join(data, 'text', set, 'labels.json')));
  const { documents, labels, settings } = project.stores;
  const all = labels.all();
  const names = own.labels.map(({ name }) => name);
  if (all.some(({ name }, i) => name !== names[i]))
    throw new Error(`The labels of ${set} have another order.`);
  const ids = project.write(() => {
    settings.set('model', model);
    return known.map((row) => {
      const record = { externalId: `d${row}`, meta: new Map(), split: null, source: set };
      return documents.add({ ...record, text: rows[row]!.text }, '2026-01-01T00:00:00.000Z');
    });
  });
  annotate(
    project,
    'gold',
    ids.map((id, i) => {
      const yes = rows[known[i]!]!.labels.map((label) => all[label]!.id);
      return decided(id, { yes, no: all.map((label) => label.id).filter((label) => !yes.includes(label)) });
    }),
  );
  const { run } = await train(project, engine, { options: { seed, epochs: EPOCHS }, device: 'cpu' });
  return { project, run, ids, rows };
}

/** As the app trains unless told otherwise. */
const EPOCHS = 5;
const CHUNK = 64;
