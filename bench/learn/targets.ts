import { parseArgs } from 'node:util';
import { expectedAt, type Target } from '../../engine/head/target.ts';
import { annotated, answersOf, learnerOfSet } from './learnerOfSet.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * Whether a precision or recall that is asked for is met: N random documents of each set are annotated, thresholds are
 * those of the target, and what is suggested on test documents is compared with what was expected there; a Markdown table,
 * averages over sets and seeds. All labels of a set count together.
 *
 *   node bench/learn/targets.ts [--data FOLDER] [--sets a,b] [--seeds 5] [--documents 50,200]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER]
 *
 * FOLDER and --cache as for `heads.ts`, by default the same sets.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    seeds: { type: 'string', default: '5' },
    documents: { type: 'string', default: '50,200' },
  },
});

const TARGETS: readonly (Target | null)[] = [
  null,
  { of: 'precision', least: 0.8 },
  { of: 'precision', least: 0.9 },
  { of: 'recall', least: 0.8 },
  { of: 'recall', least: 0.9 },
];

interface Met {
  readonly expectedPrecision: number;
  readonly precision: number;
  readonly expectedRecall: number;
  readonly recall: number;
  /** Of the intervals of labels, for what is asked for: how many hold what came. */
  readonly held: number;
}

const request = readRequestOf(options);
const names = options.sets.split(',');
const sets: SetEvidence[] = [];
for (const name of names) sets.push(await readSet(name, request));
process.stdout.write(
  '| asked for | documents | precision expected | precision | recall expected | recall | intervals that hold it |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const target of TARGETS) {
  for (const documents of options.documents.split(',').map(Number)) {
    const found = sets.flatMap((set) =>
      Array.from({ length: Number(options.seeds) }, (_, i) => met(set, target, { documents, seed: i + 1 })),
    );
    const cell = (of: keyof Met) =>
      mean(found.map((one) => one[of]).filter((x) => !Number.isNaN(x))).toFixed(3);
    const asked = target ? `${target.of} ${target.least}` : 'best F1';
    process.stdout.write(
      `| ${[asked, documents, cell('expectedPrecision'), cell('precision'), cell('expectedRecall'), cell('recall'), target ? cell('held') : '–'].join(' | ')} |\n`,
    );
  }
}

function met(
  set: SetEvidence,
  target: Target | null,
  { documents, seed }: { documents: number; seed: number },
): Met {
  const { labels, pool, test, gold } = set;
  const known = annotated(set, { documents, seed });
  const { probabilities, thresholds } = learnerOfSet(set).learn(
    answersOf(set, known),
    null,
    Array.from({ length: labels }, () => target),
  );
  const sums = { suggested: 0, right: 0, positives: 0, expectedRight: 0, expectedPositives: 0 };
  const holds: number[] = [];
  for (let label = 0; label < labels; label++) {
    const column = (table: ArrayLike<number>) =>
      Array.from({ length: test }, (_, i) => table[(pool + i) * labels + label]!);
    const [own, answers] = [column(probabilities), column(gold)];
    const threshold = thresholds[label]!;
    const expected = expectedAt(own, threshold);
    const right = own.reduce((sum, p, i) => sum + (p >= threshold ? answers[i]! : 0), 0);
    const positives = answers.reduce((sum, x) => sum + x, 0);
    sums.suggested += expected.suggested;
    sums.right += right;
    sums.positives += positives;
    sums.expectedRight += expected.precision.mean * expected.suggested;
    sums.expectedPositives += expected.positives;
    if (!target || expected.suggested === 0 || positives === 0) continue;
    const came = target.of === 'precision' ? right / expected.suggested : right / positives;
    const { low, high } = expected[target.of];
    holds.push(came >= low - 1e-9 && came <= high + 1e-9 ? 1 : 0);
  }
  return {
    expectedPrecision: sums.expectedRight / sums.suggested,
    precision: sums.right / sums.suggested,
    expectedRecall: sums.expectedRight / sums.expectedPositives,
    recall: sums.right / sums.positives,
    held: mean(holds),
  };
}
