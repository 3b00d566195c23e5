import { parseArgs } from 'node:util';
import type { LabelAnswers } from '../../engine/head/evidence.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { annotated, answersOf, learnerOfSet } from './learnerOfSet.ts';
import { type Measured, measure } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * What files that name only what applies teach: of some documents just the yeses are known, others are finished. What the
 * program suggests then is measured on documents of the test part, averages over sets and seeds: as it learns from both,
 * from what is finished alone, and as it would take the yeses for a sample of all answers; a Markdown table.
 *
 *   node bench/learn/oneSided.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--one-sided 50,200] [--finished 0,20,50]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    seeds: { type: 'string', default: '3' },
    'one-sided': { type: 'string', default: '50,200' },
    finished: { type: 'string', default: '0,20,50' },
  },
});

interface Known {
  readonly finished: readonly number[];
  readonly oneSided: readonly number[];
}

function bothOf(set: SetEvidence, { finished, oneSided }: Known): LabelAnswers[] {
  return answersOf(set, finished).map(({ documents, answers }, label) => {
    const yeses = oneSided.filter((document) => set.gold[document * set.labels + label] === 1);
    return {
      documents: [...documents, ...yeses],
      answers: [...Array.from(answers), ...yeses.map(() => 1)],
      oneSided: [...documents.map(() => 0), ...yeses.map(() => 1)],
    };
  });
}

const learnt = (set: SetEvidence, known: readonly LabelAnswers[]): Measured =>
  measure(set, learnerOfSet(set).learn(known).probabilities.map(logOdds), 'program');

const LEARNERS: Readonly<Record<string, (set: SetEvidence, known: Known) => Measured>> = {
  'both, as the program': (set, known) => learnt(set, bothOf(set, known)),
  'finished alone': (set, { finished }) => learnt(set, answersOf(set, finished)),
  'yeses as a sample of all answers': (set, known) =>
    learnt(
      set,
      bothOf(set, known).map(({ documents, answers }) => ({ documents, answers })),
    ),
};

const numbersOf = (list: string): number[] => list.split(',').map(Number);
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const sets: SetEvidence[] = [];
for (const name of options.sets.split(',')) {
  sets.push(await readSet(name, readRequestOf(options)));
  process.stderr.write(`${name} read\n`);
}
process.stdout.write(
  '| yeses alone of | finished | | macro F1, own thresholds | mean average precision | calibration error |\n| ---: | ---: | --- | ---: | ---: | ---: |\n',
);
for (const oneSided of numbersOf(options['one-sided']))
  for (const finished of numbersOf(options.finished))
    for (const [name, learn] of Object.entries(LEARNERS)) {
      const rows = sets.flatMap((set) =>
        seeds.map((seed) => {
          const all = annotated(set, { documents: finished + oneSided, seed });
          return learn(set, { finished: all.slice(0, finished), oneSided: all.slice(finished) });
        }),
      );
      const figures = (['macroF1', 'meanAveragePrecision', 'calibrationError'] as const).map((figure) =>
        mean(rows.map((row) => row[figure])).toFixed(3),
      );
      process.stdout.write(`| ${[oneSided, finished, name, ...figures].join(' | ')} |\n`);
    }
