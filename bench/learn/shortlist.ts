import { parseArgs } from 'node:util';
import { readFusionWeights } from '../../engine/model/fusionFile.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { fuse, labelPriors } from '../../engine/zeroshot/fusion.ts';
import { restOdds, unasked } from '../../engine/zeroshot/shortlist.ts';
import { SAMPLE } from '../../tools/nli/readings.ts';
import { drawn } from '../../tools/nli/sampleSet.ts';
import { annotated, learntOf } from './learnerOfSet.ts';
import type { Measured } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * What it costs to read a text for its likeliest labels alone where labels are many: figures on the test part, without
 * decisions and with some learnt, beside reading it for all; a Markdown table, a line per set and the averages.
 *
 *   node bench/learn/shortlist.ts [--data FOLDER] [--sets a,b] [--documents 0,50,200] [--seeds 3] [--cache FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    sets: {
      type: 'string',
      default:
        'disaster_messages,ohsumed_diseases,chemical_exposure,meme_propaganda,stackoverflow_titles,twenty_newsgroups',
    },
    documents: { type: 'string', default: '0,50,200' },
    seeds: { type: 'string', default: '3' },
  },
});
const fusion = readFusionWeights(options.model);
if (!fusion) throw new Error(`${options.model} has no combined reading.`);
const counts = options.documents.split(',').map(Number);

/** The set as the program would read it, and of the labels that apply to a text the share that is among those asked. */
function shortened(set: SetEvidence): { readonly set: SetEvidence; readonly asked: number } {
  const { labels } = set;
  const rows = Array.from({ length: set.pool + set.test }, (_, i) => ({
    odds: set.odds.slice(i * labels, (i + 1) * labels),
    cosine: set.cosine.slice(i * labels, (i + 1) * labels),
  }));
  const sample = drawn(rows.slice(0, set.pool), SAMPLE);
  const all = labelPriors(sample, labels);
  // Also of sets whose labels the program would all read.
  const usual = { ...all, rest: restOdds(sample, all.cosine) };
  const likeness = rows.map(({ cosine }) => cosine);
  const rest = unasked(usual, likeness, [...Array(labels).keys()]);
  if (rest === null) throw new Error('Nothing is left out.');
  const passages = Array.from({ length: labels }, () => null);
  const odds = new Float32Array(set.odds.length);
  const combined = new Float32Array(set.odds.length);
  rows.forEach((row, i) => {
    const own = rest.fill({ odds: row.odds, passages }, i).odds;
    odds.set(own, i * labels);
    combined.set(fuse(fusion!, usual, { ...row, odds: own }).map(logOdds), i * labels);
  });
  const applying = [...set.gold.keys()].filter((cell) => set.gold[cell] === 1);
  const asked = applying.filter((cell) => rest.asked[cell] === 1).length / applying.length;
  return { set: { ...set, odds, combined }, asked };
}

function figures(set: SetEvidence, documents: number): Measured[] {
  const seeds = documents === 0 ? 1 : Number(options.seeds);
  return Array.from({ length: seeds }, (_, i) => learntOf(set, annotated(set, { documents, seed: i + 1 })));
}

const columns = ['macroF1', 'meanAveragePrecision'] as const;
const averages = new Map<string, number[][]>();
console.log(
  `| set | labels | asked of those that apply | ${counts.map((n) => `${n} documents: F1, AP`).join(' | ')} |`,
);
console.log(`| --- | ---: | ---: |${counts.map(() => ' --- |').join('')}`);
for (const name of options.sets.split(',')) {
  const whole = await readSet(name, readRequestOf(options));
  const { set: short, asked } = shortened(whole);
  for (const [what, set] of [
    ['all', whole],
    ['likeliest', short],
  ] as const) {
    const cells = counts.map((documents) => {
      const found = figures(set, documents);
      return columns.map((figure) => mean(found.map((own) => own[figure])));
    });
    averages.set(what, [...(averages.get(what) ?? []), cells.flat()]);
    const share = what === 'all' ? '' : asked.toFixed(2);
    console.log(`| ${name}, ${what} | ${whole.labels} | ${share} | ${cells.map(shown).join(' | ')} |`);
  }
}
for (const [what, rows] of averages) {
  const cells = counts.map((_, i) => columns.map((__, c) => mean(rows.map((row) => row[2 * i + c]!))));
  console.log(`| average, ${what} |  |  | ${cells.map(shown).join(' | ')} |`);
}

function shown(cell: readonly number[]): string {
  return cell.map((value) => value.toFixed(3)).join(', ');
}
