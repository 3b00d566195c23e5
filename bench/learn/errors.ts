import { parseArgs } from 'node:util';
import type { JudgedDocument } from '../../backend/evaluating/judging.ts';
import { contradictions, UNLIKELY } from '../../backend/evaluating/mistakes.ts';
import { createRandom } from '../../engine/random.ts';
import { answersOf, learnerOfSet } from './learnerOfSet.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * How well slips are found: of the decisions on random documents of each set some are turned over, the program
 * judges each decision by what it would be given had nobody decided its document, and lists decisions to look at again; a
 * Markdown table, averages over seeds.
 *
 *   node bench/learn/errors.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--documents 400] [--share 0.05]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER]
 *
 * "Any": that share of all decisions, most of which are wrongly a yes where documents have few of many labels. "Both
 * alike": that share of the yeses forgotten, and as many wrong ones. FOLDER and --cache as for `heads.ts`, by default the
 * same sets.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    seeds: { type: 'string', default: '3' },
    documents: { type: 'string', default: '400' },
    share: { type: 'string', default: '0.05' },
  },
});

type Kind = 'any' | 'both alike';

interface Found {
  /** Of what is suggested, against the true answers. */
  readonly macroF1: number;
  /** Of the first decisions of the list, as many as were turned over: how many were. */
  readonly first: number;
  /** Of the first fifth of those. */
  readonly firstFifth: number;
  /** Of those that the program calls suspect: how many were turned over; NaN: none is. */
  readonly suspect: number;
  /** Of those that were turned over: how many are suspect. */
  readonly caught: number;
}

const NO_LABEL = { description: '', guidelines: '', color: '', key: null, hypotheses: [] };
const share = Number(options.share);
const request = readRequestOf(options);
process.stdout.write(
  '| set | labels | turned over | macro F1 of suggestions | first of the list | its first fifth | suspects that are right | turned over and suspect |\n| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (const kind of ['any', 'both alike'] as const) {
    const found: Found[] = [];
    for (let seed = 1; seed <= Number(options.seeds); seed++) found.push(await planted(set, kind, seed));
    const cell = (of: keyof Found) => meanOfNumbers(found.map((one) => one[of])).toFixed(2);
    process.stdout.write(
      `| ${[name, set.labels, kind, cell('macroF1'), cell('first'), cell('firstFifth'), cell('suspect'), cell('caught')].join(' | ')} |\n`,
    );
  }
}

async function planted(set: SetEvidence, kind: Kind, seed: number): Promise<Found> {
  const { labels, pool, gold } = set;
  const random = createRandom(seed);
  const all = Array.from({ length: pool }, (_, i) => i);
  const known = random.shuffle(all).slice(0, Number(options.documents));
  const cells = known.flatMap((document) => Array.from({ length: labels }, (_, i) => document * labels + i));
  const turned = new Set(turnedOver(cells, gold, kind, random.fork('slips')));
  const given = gold.map((value, cell) => (turned.has(cell) ? 1 - value : value));
  const answers = answersOf({ labels, gold: given }, known);
  const { documents, probabilities, thresholds } = learnerOfSet(set).crossFit(answers);
  const judged = [...documents].map((document, i): JudgedDocument => {
    const row = { from: i * labels, to: (i + 1) * labels };
    return {
      id: document,
      split: null,
      from: 'cross-fitted',
      gold: given.subarray(document * labels, (document + 1) * labels),
      decided: new Uint8Array(labels).fill(1),
      oneSided: new Uint8Array(labels),
      scores: probabilities.subarray(row.from, row.to),
      thresholds: thresholds.subarray(row.from, row.to),
    };
  });
  const own = Array.from({ length: labels }, (_, id) => ({ ...NO_LABEL, id, name: `${id}` }));
  const list = await contradictions(judged, own);
  const isTurned = ({ documentId, labelId }: (typeof list)[number]) =>
    turned.has(documentId * labels + labelId);
  const right = (of: typeof list) => of.filter(isTurned).length / of.length;
  const suspects = list.filter(({ likelihood }) => likelihood < UNLIKELY);
  return {
    macroF1: macroF1(judged, gold, labels),
    first: list.slice(0, turned.size).filter(isTurned).length / turned.size,
    firstFifth: right(list.slice(0, Math.max(1, Math.round(turned.size / 5)))),
    suspect: right(suspects),
    caught: suspects.filter(isTurned).length / turned.size,
  };
}

function turnedOver(
  cells: readonly number[],
  gold: Uint8Array,
  kind: Kind,
  random: ReturnType<typeof createRandom>,
): number[] {
  if (kind === 'any') return random.shuffle(cells).slice(0, Math.round(share * cells.length));
  const yeses = cells.filter((cell) => gold[cell] === 1);
  const count = Math.max(1, Math.round(share * yeses.length));
  const no = cells.filter((cell) => gold[cell] === 0);
  return [...random.shuffle(yeses).slice(0, count), ...random.shuffle(no).slice(0, count)];
}

function macroF1(judged: readonly JudgedDocument[], gold: Uint8Array, labels: number): number {
  const figures = Array.from({ length: labels }, (_, label) => {
    let [both, suggested, true_] = [0, 0, 0];
    for (const { id, scores, thresholds } of judged) {
      const is = gold[id * labels + label]!;
      const says = scores[label]! >= thresholds[label]! ? 1 : 0;
      both += is * says;
      suggested += says;
      true_ += is;
    }
    return true_ === 0 ? Number.NaN : (2 * both) / (suggested + true_);
  });
  return meanOfNumbers(figures);
}

function meanOfNumbers(values: readonly number[]): number {
  return mean(values.filter((x) => !Number.isNaN(x)));
}
