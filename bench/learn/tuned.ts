import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { TUNING, type TuningOptions, tuneEmbeddings } from '../../engine/contrast/tune.ts';
import { createTextEmbedder } from '../../engine/inference/embed.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { createEngine } from '../../engine/process/client.ts';
import { mergeTrained } from '../../engine/train/trainables.ts';
import { kept } from './kept.ts';
import { annotated, learntOf, togetherWith } from './learnerOfSet.ts';
import { type Measured, measure } from './measure.ts';
import { CHOSEN_ON, readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence, sampleOfSet } from './readSets.ts';
import { trainedSet } from './runs.ts';

/**
 * What tuning embeddings on N annotated documents brings (`engine/contrast`): heads on the embeddings of the model as it
 * is, and on tuned ones, measured on the test documents of each set; a Markdown table. With --trained the same beside a run
 * that was trained on them, which holds a part of them out, from tuning too.
 *
 *   node bench/learn/tuned.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--documents 50,200] [--trained]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER] [--each]
 *
 * Tuning takes from seconds to minutes for each set, seed and number, training minutes; what they give is kept in
 * --cache. By default the sets that settings are chosen on.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    sets: { type: 'string', default: CHOSEN_ON },
    seeds: { type: 'string', default: '3' },
    documents: { type: 'string', default: '50,200' },
    trained: { type: 'boolean', default: false },
    tuning: { type: 'string', default: '{}' },
    each: { type: 'boolean', default: false },
  },
});
const tuning: Partial<TuningOptions> = JSON.parse(options.tuning);
const request = readRequestOf(options);
/** Other settings give other embeddings. */
const settings = createHash('sha256')
  .update(JSON.stringify({ ...TUNING, ...tuning }))
  .digest('hex')
  .slice(0, 8);
const FIGURES = ['macroF1', 'macroF1AtHalf', 'meanAveragePrecision', 'calibrationError'] as const;
const HEADS = ['as it is', 'tuned'] as const;
const RUNS = ['a run, as it is', 'a run, tuned'] as const;
type Row = Measured & {
  set: string;
  documents: number;
  seed: number;
  on: (typeof HEADS | typeof RUNS)[number] | 'the run alone';
};

const rows: Row[] = [];
let loaded: NliModel | undefined;
const engine = createEngine();
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (const documents of options.documents.split(',').map(Number)) {
    for (let seed = 1; seed <= Number(options.seeds); seed++) {
      const known = annotated(set, { documents, seed });
      const own = { set: name, documents, seed };
      rows.push({ ...own, on: 'as it is', ...learntOf(set, known) });
      const embeddings = await tunedEmbeddings(set, known, seed);
      rows.push({ ...own, on: 'tuned', ...learntOf({ ...set, embeddings }, known) });
      if (options.trained) await addTrained(set, known, own);
    }
  }
  process.stderr.write(`${name} measured\n`);
}
await engine.close();
process.stdout.write(table(rows));
if (options.each)
  for (const set of new Set(rows.map((row) => row.set)))
    process.stdout.write(`\n${set}\n\n${table(rows.filter((row) => row.set === set))}`);

async function addTrained(
  set: SetEvidence,
  known: readonly number[],
  own: { set: string; documents: number; seed: number },
): Promise<void> {
  const run = await trainedSet(engine, { ...request, set: set.name, known, seed: own.seed });
  const heldOut = new Set(run.heldOut);
  const learntFrom = known.filter((row) => !heldOut.has(row));
  const embeddings = await tunedEmbeddings(set, learntFrom, own.seed);
  rows.push({ ...own, on: 'the run alone', ...measure(set, run.odds, run.thresholds) });
  for (const [on, evidence] of [
    ['a run, as it is', set],
    ['a run, tuned', { ...set, embeddings }],
  ] as const)
    rows.push({ ...own, on, ...measure(set, togetherWith(run, evidence, known), 'program') });
}

/** [documents, dimensions], with what was tuned on `known` alone. */
async function tunedEmbeddings(
  set: SetEvidence,
  known: readonly number[],
  seed: number,
): Promise<Float32Array> {
  const file = join(
    options.cache,
    `${set.name}-${request.pool}-${request.test}-${request.characters}-tuned-${known.length}-${seed}-${settings}.embeddings`,
  );
  return kept(file, z.instanceof(Float32Array), () => tuneAndEmbed(set, known, seed));
}

async function tuneAndEmbed(set: SetEvidence, known: readonly number[], seed: number): Promise<Float32Array> {
  loaded ??= await loadNliModel(options.model);
  const model = loaded;
  const { rows } = await sampleOfSet(set.name, request);
  const texts = rows.map(({ text }) => text);
  const labelsOf = (row: number) =>
    Array.from({ length: set.labels }, (_, label) => label).filter(
      (label) => set.gold[row * set.labels + label] === 1,
    );
  const all = Array.from({ length: set.labels }, (_, label) => label);
  const tuned = await tuneEmbeddings(model, {
    texts: known.map((row) => {
      const yes = labelsOf(row);
      return { text: texts[row]!, yes, no: all.filter((label) => !yes.includes(label)) };
    }),
    options: { ...tuning, seed },
  });
  const embedder = await createTextEmbedder(model, { weights: mergeTrained(model.prepared, tuned) });
  const vectors = await embedder.embed(texts);
  await embedder.release();
  const found = new Float32Array(texts.length * set.dimensions);
  vectors.forEach((vector, row) => {
    found.set(vector, row * set.dimensions);
  });
  return found;
}

/** Means over sets of the means over seeds; of the difference, which is paired, with its 95 % interval over sets and seeds. */
function table(of: readonly Row[]): string {
  const lines = [
    '| documents | embeddings | macro F1, own thresholds | macro F1 at 0.5 | mean average precision | calibration error |',
    '| ---: | --- | ---: | ---: | ---: | ---: |',
  ];
  for (const documents of new Set(of.map((row) => row.documents))) {
    const rowsOf = (on: Row['on']) => of.filter((row) => row.on === on && row.documents === documents);
    const alone = rowsOf('the run alone');
    if (alone.length > 0) lines.push(lineOf(documents, 'the run alone', alone));
    for (const [one, other] of [HEADS, RUNS]) {
      const [plain, tuned] = [rowsOf(one), rowsOf(other)];
      if (plain.length === 0) continue;
      lines.push(lineOf(documents, one, plain), lineOf(documents, other, tuned));
      const gains = FIGURES.map((figure) => interval(tuned.map((row, i) => row[figure] - plain[i]![figure])));
      lines.push(`| ${[documents, 'difference', ...gains].join(' | ')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function lineOf(documents: number, on: string, own: readonly Row[]): string {
  const figures = FIGURES.map((figure) => mean(own.map((row) => row[figure])).toFixed(3));
  return `| ${[documents, on, ...figures].join(' | ')} |`;
}

function interval(differences: readonly number[]): string {
  const average = mean(differences);
  if (differences.length < 2) return average.toFixed(3);
  const squares = differences.reduce((sum, x) => sum + (x - average) ** 2, 0);
  const half = 1.96 * Math.sqrt(squares / (differences.length - 1) / differences.length);
  return `${average.toFixed(3)} ± ${half.toFixed(3)}`;
}
