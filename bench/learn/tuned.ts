import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { TUNING, tuneEmbeddings } from '../../engine/contrast/tune.ts';
import { createTextEmbedder } from '../../engine/inference/embed.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { mergeTrained } from '../../engine/train/trainables.ts';
import { kept } from './kept.ts';
import { annotated, learntOf } from './learnerOfSet.ts';
import type { Measured } from './measure.ts';
import { CHOSEN_ON, readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence, sampleOfSet } from './readSets.ts';

/**
 * What tuning embeddings on N annotated documents brings (`engine/contrast`): heads on the embeddings of the model as it
 * is, and on tuned ones, measured on the test documents of each set; a Markdown table.
 *
 *   node bench/learn/tuned.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--documents 50,200]
 *     [--pool 600] [--test 400] [--characters 700] [--cache FOLDER] [--each]
 *
 * Tuning takes from seconds to minutes for each set, seed and number; tuned embeddings are kept in --cache. By default
 * the sets that settings are chosen on.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    sets: { type: 'string', default: CHOSEN_ON },
    seeds: { type: 'string', default: '3' },
    documents: { type: 'string', default: '50,200' },
    each: { type: 'boolean', default: false },
  },
});
const request = readRequestOf(options);
/** Other settings give other embeddings. */
const settings = createHash('sha256').update(JSON.stringify(TUNING)).digest('hex').slice(0, 8);
const FIGURES = ['macroF1', 'macroF1AtHalf', 'meanAveragePrecision', 'calibrationError'] as const;
type Row = Measured & { set: string; documents: number; seed: number; on: 'as it is' | 'tuned' };

const rows: Row[] = [];
let loaded: NliModel | undefined;
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (const documents of options.documents.split(',').map(Number)) {
    for (let seed = 1; seed <= Number(options.seeds); seed++) {
      const known = annotated(set, { documents, seed });
      const own = { set: name, documents, seed };
      rows.push({ ...own, on: 'as it is', ...learntOf(set, known) });
      const embeddings = await tunedEmbeddings(set, known, seed);
      rows.push({ ...own, on: 'tuned', ...learntOf({ ...set, embeddings }, known) });
    }
  }
  process.stderr.write(`${name} measured\n`);
}
process.stdout.write(table(rows));
if (options.each)
  for (const set of new Set(rows.map((row) => row.set)))
    process.stdout.write(`\n${set}\n\n${table(rows.filter((row) => row.set === set))}`);

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
  const tuned = await tuneEmbeddings(model, {
    texts: known.map((row) => texts[row]!),
    labels: known.map(labelsOf),
    options: { seed },
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
    const [plain, tuned] = [rowsOf('as it is'), rowsOf('tuned')];
    for (const [on, own] of [['as it is', plain] as const, ['tuned', tuned] as const])
      lines.push(
        `| ${[documents, on, ...FIGURES.map((figure) => mean(own.map((row) => row[figure])).toFixed(3))].join(' | ')} |`,
      );
    const gains = FIGURES.map((figure) => interval(tuned.map((row, i) => row[figure] - plain[i]![figure])));
    lines.push(`| ${[documents, 'difference', ...gains].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

function interval(differences: readonly number[]): string {
  const average = mean(differences);
  if (differences.length < 2) return average.toFixed(3);
  const squares = differences.reduce((sum, x) => sum + (x - average) ** 2, 0);
  const half = 1.96 * Math.sqrt(squares / (differences.length - 1) / differences.length);
  return `${average.toFixed(3)} ± ${half.toFixed(3)}`;
}
