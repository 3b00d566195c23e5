import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readFusionWeights } from '../../engine/model/fusionFile.ts';
import { loadNliModel } from '../../engine/model/nliModel.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { fuse, labelPriors, type TextReading } from '../../engine/zeroshot/fusion.ts';
import { likenessesOf, SAMPLE, wordedLabels } from '../../tools/nli/readings.ts';
import { drawn } from '../../tools/nli/sampleSet.ts';
import { kept } from './kept.ts';
import { annotated, learntOf } from './learnerOfSet.ts';
import { FIGURES, type Measured, measure } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence, sampleOfSet } from './readSets.ts';

/**
 * What embeddings of whole documents bring: suggestions without training and fast heads on embeddings of the beginning of
 * each text and on those of all of it (at most 1, 2, 4 … windows), measured on the test documents; a Markdown table.
 *
 *   node bench/learn/whole.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--documents 0,50,200] [--windows 1,4,32]
 *     [--pool 600] [--test 400] [--characters 4000] [--cache FOLDER] [--each]
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    characters: { type: 'string', default: '4000' },
    seeds: { type: 'string', default: '3' },
    documents: { type: 'string', default: '0,50,200' },
    windows: { type: 'string', default: '1,4,32' },
    each: { type: 'boolean', default: false },
  },
});
const request = readRequestOf(options);
const Vectors = z.object({ embeddings: z.instanceof(Float32Array), cosine: z.instanceof(Float32Array) });
type Row = Measured & { set: string; documents: number; windows: number };

const rows: Row[] = [];
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (const windows of options.windows.split(',').map(Number)) {
    const read = await withWindows(set, windows);
    for (const documents of options.documents.split(',').map(Number)) {
      for (let seed = 1; seed <= (documents === 0 ? 1 : Number(options.seeds)); seed++) {
        const known = annotated(set, { documents, seed });
        const measured =
          documents === 0
            ? measure(
                read,
                read.combined,
                Array.from({ length: set.labels }, () => 0.5),
              )
            : learntOf(read, known);
        rows.push({ set: name, documents, windows, ...measured });
      }
    }
  }
  process.stderr.write(`${name} measured\n`);
}
process.stdout.write(table(rows));
if (options.each)
  for (const set of new Set(rows.map((row) => row.set)))
    process.stdout.write(`\n${set}\n\n${table(rows.filter((row) => row.set === set))}`);

/** The same set, its embeddings and what rests on them from so many windows of each text. */
async function withWindows(set: SetEvidence, windows: number): Promise<SetEvidence> {
  const file = join(
    options.cache,
    `${set.name}-${request.pool}-${request.test}-${request.characters}-windows-${windows}.vectors`,
  );
  const vectors = await kept(file, Vectors, () => embedded(set, windows));
  const fusion = readFusionWeights(options.model);
  if (!fusion) throw new Error(`${options.model} has no combined reading.`);
  const { labels } = set;
  const readings: TextReading[] = Array.from({ length: set.pool + set.test }, (_, row) => ({
    odds: set.odds.subarray(row * labels, (row + 1) * labels),
    cosine: vectors.cosine.subarray(row * labels, (row + 1) * labels),
  }));
  const priors = labelPriors(drawn(readings.slice(0, set.pool), SAMPLE), labels);
  const combined = Float32Array.from(
    readings.flatMap((reading) => [...fuse(fusion, priors, reading).map(logOdds)]),
  );
  return { ...set, ...vectors, combined };
}

async function embedded(
  set: SetEvidence,
  windows: number,
): Promise<Pick<SetEvidence, 'embeddings' | 'cosine'>> {
  const model = await loadNliModel(options.model);
  const { train, rows: documents } = await sampleOfSet(set.name, request);
  const texts = documents.map(({ text }) => text);
  const { interaction } = readFusionWeights(options.model) ?? {};
  const how = { labels: wordedLabels(train), interaction, most: windows };
  const alike = await likenessesOf(model, texts, how);
  return {
    embeddings: Float32Array.from(alike.flatMap(({ embedding }) => [...embedding])),
    cosine: Float32Array.from(alike.flatMap(({ cosine }) => [...cosine])),
  };
}

/** Means over sets and seeds. */
function table(of: readonly Row[]): string {
  const lines = [
    '| documents | windows | macro F1, own thresholds | macro F1 at 0.5 | mean average precision | calibration error |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const documents of new Set(of.map((row) => row.documents)))
    for (const windows of new Set(of.map((row) => row.windows))) {
      const own = of.filter((row) => row.documents === documents && row.windows === windows);
      lines.push(
        `| ${[documents, windows, ...FIGURES.map((figure) => mean(own.map((row) => row[figure])).toFixed(3))].join(' | ')} |`,
      );
    }
  return `${lines.join('\n')}\n`;
}
