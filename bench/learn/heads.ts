import { parseArgs } from 'node:util';
import { embeddingSpace, type HeadEvidence } from '../../engine/head/evidence.ts';
import { fitHeads, type HeadPrior, headOdds } from '../../engine/head/heads.ts';
import { labelPrototypes } from '../../engine/head/prototypes.ts';
import { createEngine } from '../../engine/process/client.ts';
import { annotated, answersOf, togetherWith } from './learnerOfSet.ts';
import { FIGURES, type Measured, measure } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';
import { trainedSet } from './runs.ts';
import { tunedBeside } from './tunedSet.ts';

/**
 * What few decisions bring: N random documents of each set are annotated with their gold labels, and what the program
 * suggests is measured on documents of the test part, averages over sets and seeds; a Markdown table.
 *
 *   node bench/learn/heads.ts [--data FOLDER] [--sets a,b] [--seeds 5] [--documents 0,10,20,50,100,200,400]
 *     [--trained 200] [--pool 600] [--test 400] [--characters 700] [--cache FOLDER] [--each] [--json]
 *
 * With --trained a run is trained on as many documents, too, and measured alone, at the thresholds that training tuned,
 * and together with the heads, as the program reads them then, beside heads alone on the embeddings that the training tuned:
 * minutes for each set and seed.
 *
 * FOLDER/text/NAME holds train.jsonl.gz, test.jsonl.gz and labels.json. What the model reads is kept in --cache. By
 * default the sets that the embedded model was never trained on and that no setting was chosen on.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    seeds: { type: 'string', default: '5' },
    documents: { type: 'string', default: '0,10,20,50,100,200,400' },
    trained: { type: 'string', default: '' },
    each: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** Log-odds of all documents for each label after `known` were decided, [documents, labels]. */
type Learner = (set: SetEvidence, known: readonly number[]) => Float32Array;

const TRAINED = 'trained run';
const UNTUNED = 'run and fast head, embeddings as they were';
const TOGETHER = 'run and fast head, embeddings tuned';
const TUNED = 'fast head, embeddings tuned';
const LEARNERS: Readonly<Record<string, Learner>> = {
  'zero-shot': ({ combined }) => combined,
  'regression on embeddings': (set, known) => taught(withoutSuggestions(set), known, { prior: PLAIN }),
  'head of decisions alone': (set, known) => taught(set, known),
  'fast head': (set, known) => taught(set, known, { unannotated: true }),
};

/** Without decisions they are nothing, or the zero-shot suggestion. */
const UNTAUGHT_NOTHING: ReadonlySet<string> = new Set([
  'regression on embeddings',
  'head of decisions alone',
]);

/** A logistic regression as scikit-learn has it, C = 10 on embeddings of length about 1: suggestions tell nothing. */
const PLAIN: HeadPrior = { suggested: 1, entailed: 1, embedding: 0.1, constant: 0.01 };

function withoutSuggestions(set: SetEvidence): SetEvidence {
  const nothing = new Float32Array(set.odds.length);
  return { ...set, odds: nothing, combined: nothing };
}

/** unannotated: with what the documents of the pool tell before any is annotated, as the program has it. */
function taught(
  set: SetEvidence,
  known: readonly number[],
  { prior, unannotated = false }: { prior?: HeadPrior; unannotated?: boolean } = {},
): Float32Array {
  const { labels, dimensions, embeddings, pool } = set;
  const evidence: HeadEvidence = {
    labels,
    dimensions,
    suggested: set.combined,
    entailed: set.odds,
    embeddings,
  };
  // The test documents are not the project's.
  const own: HeadEvidence = {
    ...{ labels, dimensions },
    suggested: set.combined.subarray(0, pool * labels),
    entailed: set.odds.subarray(0, pool * labels),
    embeddings: embeddings.subarray(0, pool * dimensions),
  };
  const space = embeddingSpace([own.embeddings], dimensions);
  const prototypes = unannotated ? labelPrototypes(own, space) : null;
  return headOdds(
    evidence,
    fitHeads(evidence, answersOf(set, known), { space, prototypes, ...(prior && { prior }) }),
  );
}

const halves = ({ labels }: SetEvidence): number[] => new Array<number>(labels).fill(0.5);

const numbersOf = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number));
const amounts = numbersOf(options.documents);
const trainedOn = numbersOf(options.trained);
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const request = readRequestOf(options);
const rows: ({ set: string; learner: string; documents: number; seed: number } & Measured)[] = [];
const engine = createEngine();
try {
  for (const name of options.sets.split(',')) {
    const set = await readSet(name, request);
    for (const [learner, learn] of Object.entries(LEARNERS)) {
      for (const documents of learner === 'zero-shot' ? [0] : amounts) {
        if (documents === 0 && UNTAUGHT_NOTHING.has(learner)) continue;
        for (const seed of documents === 0 ? [1] : seeds) {
          const odds = learn(set, annotated(set, { documents, seed }));
          const chosen = learner === 'regression on embeddings' ? 'expected' : 'program';
          const thresholds = documents === 0 ? halves(set) : chosen;
          rows.push({ set: name, learner, documents, seed, ...measure(set, odds, thresholds) });
        }
      }
    }
    for (const documents of trainedOn) for (const seed of seeds) await addTrained(set, { documents, seed });
    process.stderr.write(`${name} measured\n`);
  }
} finally {
  await engine.close();
}

async function addTrained(
  set: SetEvidence,
  { documents, seed }: { documents: number; seed: number },
): Promise<void> {
  const known = annotated(set, { documents, seed });
  const run = await trainedSet(engine, { ...request, set: set.name, known, seed });
  const own = { set: set.name, documents, seed };
  rows.push({ ...own, learner: TRAINED, ...measure(set, run.odds, run.thresholds) });
  rows.push({ ...own, learner: UNTUNED, ...measure(set, togetherWith(run, set, known), 'program') });
  const tuned = await tunedBeside(run, request, set, { known, seed });
  rows.push({ ...own, learner: TOGETHER, ...measure(set, togetherWith(run, tuned, known), 'program') });
  const withoutRun = taught(tuned, known, { unannotated: true });
  rows.push({ ...own, learner: TUNED, ...measure(set, withoutRun, 'program') });
}

if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`);
else {
  process.stdout.write(tableOf(rows));
  if (options.each) {
    for (const set of new Set(rows.map((row) => row.set)))
      process.stdout.write(`\n${set}\n\n${tableOf(rows.filter((row) => row.set === set))}`);
  }
}

function tableOf(of: readonly (typeof rows)[number][]): string {
  const lines = [
    '| | documents | macro F1, own thresholds | macro F1 at 0.5 | mean average precision | calibration error |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const learner of [...Object.keys(LEARNERS), TRAINED, UNTUNED, TUNED, TOGETHER]) {
    for (const documents of [...new Set([...amounts, ...trainedOn])]) {
      const own = of.filter((row) => row.learner === learner && row.documents === documents);
      if (own.length === 0) continue;
      const cells = FIGURES.map((figure) => withInterval(own, figure));
      lines.push(`| ${[learner, documents, ...cells].join(' | ')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The mean over sets of the means over seeds, and its 95 % interval over seeds (the sets being those that they are). */
function withInterval(own: readonly (typeof rows)[number][], figure: keyof Measured): string {
  const perSeed = [...new Set(own.map((row) => row.seed))].map((seed) =>
    mean(own.filter((row) => row.seed === seed).map((row) => row[figure])),
  );
  const average = mean(perSeed);
  if (perSeed.length < 2) return average.toFixed(3);
  const variance = perSeed.reduce((sum, x) => sum + (x - average) ** 2, 0) / (perSeed.length - 1);
  return `${average.toFixed(3)} ± ${(1.96 * Math.sqrt(variance / perSeed.length)).toFixed(3)}`;
}
