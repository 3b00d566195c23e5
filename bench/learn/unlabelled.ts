import { parseArgs } from 'node:util';
import type { LabelAnswers } from '../../engine/head/evidence.ts';
import { logistic, logOdds } from '../../engine/nli/probability.ts';
import { annotated, answersOf, learnerOfSet } from './learnerOfSet.ts';
import { FIGURES, type Measured, measure } from './measure.ts';
import { CHOSEN_ON, readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * Whether documents that nobody annotated teach something: N random documents of each set are annotated, the rest of the
 * pool is not, and what heads suggest is measured on documents of the test part, averages over sets and seeds; a Markdown
 * table. By default the sets that settings are chosen on.
 *
 *   node bench/learn/unlabelled.ts [--data FOLDER] [--sets a,b] [--seeds 5] [--documents 0,10,20,50,200]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER]
 *
 * Self-training (Yarowsky 1995): what the head is sure of is taken for an answer, and it is fitted once more. Neighbours
 * (after label propagation, Zhu and Ghahramani 2002): the suggestion, or what the head says, is mixed with the mean of the
 * ten documents of the pool that are most like it; answers that are known count as such.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    sets: { type: 'string', default: CHOSEN_ON },
    seeds: { type: 'string', default: '5' },
    documents: { type: 'string', default: '0,10,20,50,200' },
  },
});

type Learner = (set: SetEvidence, known: readonly number[]) => Float32Array;

const NEIGHBOURS = 10;
/** What an answer counts for beside log-odds of others. */
const SURE = 3;

const learnt = (set: SetEvidence, answers: readonly LabelAnswers[]): Float32Array =>
  learnerOfSet(set).learn(answers).probabilities.map(logOdds);
const plain: Learner = (set, known) => learnt(set, answersOf(set, known));

const selfTrained =
  ({ yes, no }: { yes: number; no: number }): Learner =>
  (set, known) => {
    const odds = plain(set, known);
    const isKnown = new Set(known);
    const answers = answersOf(set, known).map((own, label): LabelAnswers => {
      const sure = Array.from({ length: set.pool }, (_, i) => i).flatMap((row) => {
        const p = logistic(odds[row * set.labels + label]!);
        return isKnown.has(row) || (p < yes && p > no) ? [] : [{ row, answer: p >= yes ? 1 : 0 }];
      });
      return {
        documents: [...own.documents, ...sure.map(({ row }) => row)],
        answers: [...Array.from(own.answers), ...sure.map(({ answer }) => answer)],
      };
    });
    return learnt(set, answers);
  };

const smoothedSuggestion =
  (share: number): Learner =>
  (set, known) => {
    const combined = mixed(set, set.combined, share);
    const odds = mixed(set, set.odds, share);
    return plain({ ...set, combined, odds }, known);
  };

const smoothedHead =
  (share: number): Learner =>
  (set, known) => {
    const odds = plain(set, known);
    const said = Float32Array.from(odds);
    for (const row of known)
      for (let label = 0; label < set.labels; label++)
        said[row * set.labels + label] = set.gold[row * set.labels + label] === 1 ? SURE : -SURE;
    return mixed(set, odds, share, said);
  };

const LEARNERS: Readonly<Record<string, Learner>> = {
  'as it is': plain,
  'self-training, 0.9 and 0.1': selfTrained({ yes: 0.9, no: 0.1 }),
  'self-training, 0.95 and 0.02': selfTrained({ yes: 0.95, no: 0.02 }),
  'neighbours of the suggestion, 0.3': smoothedSuggestion(0.3),
  'neighbours of the suggestion, 0.5': smoothedSuggestion(0.5),
  'neighbours of the head, 0.3': smoothedHead(0.3),
  'neighbours of the head, 0.5': smoothedHead(0.5),
};

const nearest = new Map<string, number[][]>();

/** Rows of the pool that are most like each document, without itself. */
function neighboursOf({ name, pool, test, dimensions, embeddings }: SetEvidence): number[][] {
  const found = nearest.get(name);
  if (found) return found;
  const rows = Array.from({ length: pool + test }, (_, i) => i);
  const vector = (row: number) => embeddings.subarray(row * dimensions, (row + 1) * dimensions);
  const made = rows.map((row) => {
    const own = vector(row);
    const likeness = rows.slice(0, pool).map((other) => {
      const its = vector(other);
      let sum = 0;
      for (let i = 0; i < dimensions; i++) sum += own[i]! * its[i]!;
      return { other, sum };
    });
    return likeness
      .filter(({ other }) => other !== row)
      .toSorted((a, b) => b.sum - a.sum)
      .slice(0, NEIGHBOURS)
      .map(({ other }) => other);
  });
  nearest.set(name, made);
  return made;
}

function mixed(set: SetEvidence, own: Float32Array, share: number, theirs = own): Float32Array {
  const neighbours = neighboursOf(set);
  return own.map((value, at) => {
    const label = at % set.labels;
    const row = (at - label) / set.labels;
    return (
      (1 - share) * value + share * mean(neighbours[row]!.map((other) => theirs[other * set.labels + label]!))
    );
  });
}

const amounts = options.documents.split(',').map(Number);
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const rows: (Measured & { learner: string; documents: number; seed: number })[] = [];
for (const name of options.sets.split(',')) {
  const set = await readSet(name, readRequestOf(options));
  for (const documents of amounts)
    for (const seed of documents === 0 ? [1] : seeds)
      for (const [learner, learn] of Object.entries(LEARNERS)) {
        const odds = learn(set, annotated(set, { documents, seed }));
        rows.push({ learner, documents, seed, ...measure(set, odds, 'program') });
      }
  process.stderr.write(`${name} measured\n`);
}
const lines = [
  '| documents | | macro F1, own thresholds | macro F1 at 0.5 | mean average precision | calibration error |',
  '| ---: | --- | ---: | ---: | ---: | ---: |',
];
for (const documents of amounts)
  for (const learner of Object.keys(LEARNERS)) {
    const own = rows.filter((row) => row.documents === documents && row.learner === learner);
    const cells = FIGURES.map((figure) => mean(own.map((row) => row[figure])).toFixed(3));
    lines.push(`| ${[documents, learner, ...cells].join(' | ')} |`);
  }
process.stdout.write(`${lines.join('\n')}\n`);
