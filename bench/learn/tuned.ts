import { parseArgs } from 'node:util';
import { createEngine } from '../../engine/process/client.ts';
import { annotated, learntOf, togetherWith } from './learnerOfSet.ts';
import { FIGURES, type Measured, measure } from './measure.ts';
import { CHOSEN_ON, readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';
import { trainedSet } from './runs.ts';
import { tunedBeside, tunedSet } from './tunedSet.ts';

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
    each: { type: 'boolean', default: false },
  },
});
const request = readRequestOf(options);
const HEADS = ['as it is', 'tuned'] as const;
const RUNS = ['a run, as it is', 'a run, tuned'] as const;
type Row = Measured & {
  set: string;
  documents: number;
  seed: number;
  on: (typeof HEADS | typeof RUNS)[number] | 'the run alone';
};

const rows: Row[] = [];
const engine = createEngine();
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (const documents of options.documents.split(',').map(Number)) {
    for (let seed = 1; seed <= Number(options.seeds); seed++) {
      const known = annotated(set, { documents, seed });
      const own = { set: name, documents, seed };
      rows.push({ ...own, on: 'as it is', ...learntOf(set, known) });
      const tuned = await tunedSet(request, set, { known, seed });
      rows.push({ ...own, on: 'tuned', ...learntOf(tuned, known) });
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
  const tuned = await tunedBeside(run, request, set, { known, seed: own.seed });
  rows.push({ ...own, on: 'the run alone', ...measure(set, run.odds, run.thresholds) });
  for (const [on, evidence] of [
    ['a run, as it is', set],
    ['a run, tuned', tuned],
  ] as const)
    rows.push({ ...own, on, ...measure(set, togetherWith(run, evidence, known), 'program') });
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
