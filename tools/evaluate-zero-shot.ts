import { join } from 'node:path';
import { Command, Option } from 'commander';
import { taughtProbabilities } from '../engine/head/reading.ts';
import { untaughtHeads } from '../engine/head/untaught.ts';
import { createRunner } from '../engine/inference/parallel/runner.ts';
import { inferenceBytes, type Precision } from '../engine/inference/precision.ts';
import { readFusionWeights } from '../engine/model/fusionFile.ts';
import { loadNliModel, type NliModel } from '../engine/model/nliModel.ts';
import { classCount } from '../engine/nli/classes.ts';
import { logistic } from '../engine/nli/probability.ts';
import { collate } from '../engine/text/batches.ts';
import { fuse } from '../engine/zeroshot/fusion.ts';
import { cosineScores } from './nli/cosineScores.ts';
import { nliAccuracy, scoreAll } from './nli/heldOut.ts';
import { readNliFile, type TextSet } from './nli/readData.ts';
import { readingsOf, type SetReadings } from './nli/readings.ts';
import { drawn, sampleSet } from './nli/sampleSet.ts';
import { dataFolder, runTool } from './nli/tool.ts';
import { averageIntervals, type ScoredSet } from './nli/zeroShotIntervals.ts';
import {
  averageOf,
  intervalsTable,
  nliTable,
  type Readings,
  type Report,
  scoresTable,
} from './nli/zeroShotReport.ts';
import { majorityScores, zeroShotScores } from './nli/zeroShotTable.ts';

/** Never in the training recipe: the two held-out sets, then sets whose licence keeps them out. */
const SETS = [
  'text/vaccine_concerns',
  'text/bbc_news',
  'text/privacy_policies',
  'text/disaster_messages',
  'text/ethos_hate_speech',
  'text/twenty_newsgroups',
  'text/tweet_sentiment',
  'text/github_issues',
];
const NLI = ['mnli', 'mnli_mismatched', 'snli', 'rte', 'fever', 'scitail', 'sick', 'hans'].map(
  (name) => `nli/${name}.test.jsonl.gz`,
);

interface Options {
  readonly model: string;
  readonly base?: string;
  readonly against?: string;
  readonly resamples: string;
  readonly data?: string;
  readonly sets?: string[];
  readonly part: 'train' | 'test';
  readonly texts: string;
  readonly characters: string;
  readonly pairs: string;
  readonly precision: Precision;
  readonly json?: boolean;
}

const program = new Command('evaluate-zero-shot')
  .description('how well a model labels texts of sets that it was never trained on')
  .requiredOption('--model <dir>', 'model folder')
  .option('--base <dir>', 'base model whose embeddings are the baseline')
  .option('--against <dir>', 'another model: what is suggested by both is compared on the same texts')
  .option('--resamples <n>', 'bootstrap resamples for the intervals of the averages; 0: no intervals', '1000')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--sets <names...>', 'text sets, relative to the data folder')
  .option('--part <part>', 'train (to choose recipes by) or test (to report)', 'test')
  .option('--texts <n>', 'texts drawn from each set; "all" takes all', '300')
  .option('--characters <n>', 'longer texts are cut', '1500')
  .option('--pairs <n>', 'pairs drawn from each NLI test set; 0 leaves them out, "all" takes all', '500')
  .addOption(
    new Option('--precision <p>', 'of the weights; auto: what suggesting would use on this machine')
      .choices(['auto', 'fp32', 'int8'])
      .default('auto'),
  )
  .option('--json', 'print JSON')
  .action(run);

const amount = (given: string) => (given === 'all' ? Number.POSITIVE_INFINITY : Number(given));

async function run(options: Options): Promise<void> {
  const data = dataFolder(options);
  const model = await loadNliModel(options.model);
  const base = options.base === undefined ? undefined : await loadNliModel(options.base);
  const against = options.against === undefined ? undefined : await loadNliModel(options.against);
  const sets: Record<string, Readings> = {};
  const evaluated: Evaluated[] = [];
  const compared: ScoredSet[] = [];
  const texts: Record<string, number> = {};
  for (const name of options.sets ?? SETS) {
    const set = await sampleSet(data, {
      set: name,
      part: options.part,
      texts: amount(options.texts),
      characters: Number(options.characters),
    });
    texts[name] = set.texts.length;
    const own = await suggestionsOf(model, set, options.precision);
    sets[name] = await readingsOfSet(set, own, { model, base });
    evaluated.push({ set, own });
    if (against)
      compared.push({ set, scores: suggested(await suggestionsOf(against, set, options.precision)) });
    process.stderr.write(`${name}: ${set.texts.length} texts, ${set.labels.length} labels\n`);
  }
  const { part, precision, characters } = options;
  const resamples = Number(options.resamples);
  const report: Report = {
    ...{ part, precision, characters: Number(characters), texts },
    ...{ sets, average: averageOf(Object.values(sets)) },
    ...(resamples > 0 && { intervals: intervalsOf(evaluated, { compared, resamples }) }),
    ...(await nliAccuracies(model, data, options)),
  };
  const tables = [
    scoresTable(report),
    ...(report.intervals ? [intervalsTable(report.intervals)] : []),
    ...(options.pairs === '0' ? [] : [nliTable(report.nli)]),
  ];
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${tables.join('\n\n')}\n`);
}

/**
 * What a model gives for the texts of a set, [texts][labels]; "in a project" is what the app suggests where these texts are
 * all documents.
 */
interface Suggestions {
  readonly entailment: readonly Float32Array[];
  readonly combined?: readonly Float32Array[];
  readonly inProject?: readonly Float32Array[];
}

const suggested = ({ entailment, inProject }: Suggestions) => inProject ?? entailment;

async function suggestionsOf(model: NliModel, set: TextSet, precision: Precision): Promise<Suggestions> {
  const own = await readingsOf(model, set, { precision });
  const combination = readFusionWeights(model.folder.dir);
  const entailment = own.texts.map(({ odds }) => odds.map(logistic));
  if (!combination) return { entailment };
  const combined = own.texts.map((text) => fuse(combination, own.priors, text));
  return { entailment, combined, inProject: inProjectOf(own, combined) };
}

/** With what the texts tell of each label, before any is annotated. */
function inProjectOf({ texts, vectors }: SetReadings, combined: readonly Float32Array[]): Float32Array[] {
  const readings = combined.map((probabilities, text) => ({
    probabilities,
    odds: texts[text]!.odds,
    embedding: vectors[text]!,
  }));
  const [one, ...more] = readings;
  if (!one) return [];
  const heads = untaughtHeads([one, ...more]);
  return readings.map((reading) => taughtProbabilities(heads, reading));
}

/** The same texts read in several ways. */
async function readingsOfSet(
  set: TextSet,
  own: Suggestions,
  { model, base }: { model: NliModel; base: NliModel | undefined },
): Promise<Readings> {
  const cosineOf = async (embedding: NliModel) =>
    cosineScores(
      embedding,
      set.texts.map(({ text }) => text),
      set.labels.map(({ hypothesis }) => hypothesis),
    );
  return {
    'majority guess': zeroShotScores(set, majorityScores(set)),
    ...(base ? { 'cosine, base': zeroShotScores(set, await cosineOf(base)) } : {}),
    'cosine, own': zeroShotScores(set, await cosineOf(model)),
    entailment: zeroShotScores(set, own.entailment),
    ...(own.combined && { combined: zeroShotScores(set, own.combined) }),
    ...(own.inProject && { 'in a project': zeroShotScores(set, own.inProject) }),
  };
}

interface Evaluated {
  readonly set: TextSet;
  readonly own: Suggestions;
}

function intervalsOf(
  evaluated: readonly Evaluated[],
  { compared, resamples }: { compared: readonly ScoredSet[]; resamples: number },
): NonNullable<Report['intervals']> {
  const scored = (scores: (own: Suggestions) => readonly Float32Array[]) =>
    evaluated.map(({ set, own }) => ({ set, scores: scores(own) }));
  const intervals: NonNullable<Report['intervals']> = {
    entailment: averageIntervals(
      scored(({ entailment }) => entailment),
      { resamples },
    ),
  };
  const combined = evaluated.flatMap(({ set, own }) => (own.combined ? [{ set, scores: own.combined }] : []));
  if (combined.length === evaluated.length) intervals.combined = averageIntervals(combined, { resamples });
  if (evaluated.every(({ own }) => own.inProject))
    intervals['in a project'] = averageIntervals(scored(suggested), { resamples });
  if (compared.length > 0)
    intervals['better than the other by'] = averageIntervals(scored(suggested), {
      against: compared,
      resamples,
    });
  return intervals;
}

async function nliAccuracies(
  model: NliModel,
  data: string,
  { pairs: wanted, precision }: Options,
): Promise<Pick<Report, 'pairs' | 'nli'>> {
  const pairs: Record<string, number> = {};
  const nli: Record<string, number> = {};
  if (wanted === '0') return { pairs, nli };
  const { tokenizer, classes, prepared, folder } = model;
  const { bytes } = await inferenceBytes(model, { weights: prepared.model, precision, device: 'cpu' });
  const runner = await createRunner(bytes, { device: 'cpu', logits: prepared.logits });
  for (const file of NLI) {
    const rows = drawn(await readNliFile(join(data, file)), amount(wanted));
    const encoded = rows.map((row) =>
      tokenizer.encodePair(row.premise, row.hypothesis, { maxLength: Math.min(256, folder.maxLength) }),
    );
    const logits = await scoreAll(
      (batch) => runner.run(collate(batch, tokenizer.padId)),
      encoded,
      classCount(classes),
      { lanes: runner.lanes, tokensPerBatch: 512, padding: false },
    );
    pairs[file] = rows.length;
    nli[file] = nliAccuracy(logits, rows, classes);
  }
  await runner.release();
  return { pairs, nli };
}

await runTool(program);
