import { parseArgs } from 'node:util';
import { createEngine } from '../../engine/index.ts';
import { createScorer } from '../../engine/inference/score.ts';
import { readTrained } from '../../engine/lora/file.ts';
import { loadNliModel } from '../../engine/model/nliModel.ts';
import { keepBase } from '../../engine/train/keep.ts';
import { mergeTrained } from '../../engine/train/trainables.ts';
import { outsideAbility, readOutside } from '../../engine/zeroshot/outside/measure.ts';
import { sampleSet } from '../../tools/nli/sampleSet.ts';
import { annotated } from './learnerOfSet.ts';
import { type Measured, measure } from './measure.ts';
import { CHOSEN_ON, readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet } from './readSets.ts';
import { trainedWeights } from './runs.ts';

/**
 * What a training forgets of labels outside the project, and what keeping a share of the base model's weights costs and
 * saves: runs as the app trains them on N documents, their weights between the base's (1) and their own (0), by
 * entailment alone; a Markdown table.
 *
 *   node bench/learn/keeping.ts [--data FOLDER] [--sets a,b] [--seeds 2] [--documents 50,200] [--keep 0,0.25,0.5,1]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER] [--each]
 *
 * By default the sets that settings are chosen on. A training takes from seconds to minutes, and is kept in --cache.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    sets: { type: 'string', default: CHOSEN_ON },
    seeds: { type: 'string', default: '2' },
    documents: { type: 'string', default: '50,200' },
    keep: { type: 'string', default: '0,0.25,0.5,0.75,1' },
    each: { type: 'boolean', default: false },
  },
});
const request = readRequestOf(options);
const shares = options.keep.split(',').map(Number);
const model = await loadNliModel(options.model);
const engine = createEngine();

interface Row extends Measured {
  readonly set: string;
  readonly documents: number;
  readonly keep: number;
  readonly outside: number;
}

const rows: Row[] = [];
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  const part = { set: `text/${name}`, characters: request.characters };
  const unseen = await sampleSet(options.data, { ...part, part: 'test', texts: request.test });
  const sentences = unseen.labels.map(({ hypothesis }) => hypothesis);
  for (const documents of options.documents.split(',').map(Number)) {
    for (let seed = 1; seed <= Number(options.seeds); seed++) {
      const known = annotated(set, { documents, seed });
      const weights = await trainedWeights(engine, { ...request, set: name, known, seed });
      const trained = readTrained(weights, 'the trained weights');
      for (const keep of shares) {
        const values = keepBase(model.prepared, trained.values, keep);
        const scorer = await createScorer(model, {
          weights: mergeTrained(model.prepared, { ...trained, values }),
        });
        const score = async (texts: readonly string[], hypotheses: readonly string[]) =>
          (await scorer.score({ texts, hypotheses })).map(({ odds }) => odds);
        const odds = new Float32Array(set.gold.length).fill(-20);
        const read = await score(
          unseen.texts.map(({ text }) => text),
          sentences,
        );
        read.forEach((row, i) => {
          odds.set(row, (set.pool + i) * set.labels);
        });
        const { meanAveragePrecision: outside } = outsideAbility(
          await readOutside(score),
          unseen.labels.map(({ name: label }) => label),
        );
        await scorer.release();
        rows.push({ set: name, documents, keep, outside, ...measure(set, odds, half(set.labels)) });
      }
      process.stderr.write(`${name}, ${documents} documents, seed ${seed}\n`);
    }
  }
}
await engine.close();
process.stdout.write(table(rows));
if (options.each)
  for (const name of new Set(rows.map(({ set }) => set)))
    process.stdout.write(`\n${name}\n\n${table(rows.filter(({ set }) => set === name))}`);

function half(labels: number): number[] {
  return Array.from({ length: labels }, () => 0.5);
}

function table(of: readonly Row[]): string {
  const lines = [
    '| documents | share of the base | macro F1 at 0.5 | mean average precision | the same, labels outside |',
    '| ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const documents of new Set(of.map((row) => row.documents)))
    for (const keep of shares) {
      const own = of.filter((row) => row.documents === documents && row.keep === keep);
      const average = (figure: 'macroF1AtHalf' | 'meanAveragePrecision' | 'outside') =>
        mean(own.map((row) => row[figure])).toFixed(3);
      lines.push(
        `| ${[documents, keep, average('macroF1AtHalf'), average('meanAveragePrecision'), average('outside')].join(' | ')} |`,
      );
    }
  return `${lines.join('\n')}\n`;
}
