import { join } from 'node:path';
import { Command } from 'commander';
import { EngineError } from '../engine/errors.ts';
import { readCombination } from '../engine/models/combinationFile.ts';
import { loadNliModel, type NliModel } from '../engine/models/nliModel.ts';
import { classCount } from '../engine/nli/classes.ts';
import { combine } from '../engine/nli/combine.ts';
import { createSession, floatsOf } from '../engine/runtime/session.ts';
import { collate } from '../engine/text/batches.ts';
import { batchFeeds } from '../engine/train/step.ts';
import { cosineScores } from './nli/cosineScores.ts';
import { nliAccuracy, scoreAll } from './nli/heldOut.ts';
import { readNliFile, type TextSet } from './nli/readData.ts';
import { readingsOf } from './nli/readings.ts';
import { drawn, sampleSet } from './nli/sampleSet.ts';
import { majorityScores, type ZeroShotScores, zeroShotScores } from './nli/zeroShotTable.ts';

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
  readonly data?: string;
  readonly sets?: string[];
  readonly part: 'train' | 'test';
  readonly texts: string;
  readonly characters: string;
  readonly pairs: string;
  readonly json?: boolean;
}

type Readings = Record<string, ZeroShotScores>;

const program = new Command('evaluate-zero-shot')
  .description('how well a model labels texts of sets that it was never trained on')
  .requiredOption('--model <dir>', 'model folder')
  .option('--base <dir>', 'base model whose embeddings are the baseline')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--sets <names...>', 'text sets, relative to the data folder')
  .option('--part <part>', 'train (to choose recipes by) or test (to report)', 'test')
  .option('--texts <n>', 'texts drawn from each set; "all" takes all', '300')
  .option('--characters <n>', 'longer texts are cut', '1500')
  .option('--pairs <n>', 'pairs drawn from each NLI test set; 0 leaves them out, "all" takes all', '500')
  .option('--json', 'print JSON')
  .action(run);

const amount = (given: string) => (given === 'all' ? Number.POSITIVE_INFINITY : Number(given));

async function run(options: Options): Promise<void> {
  const data = options.data ?? process.env.ENTAIL_DATA;
  if (!data)
    throw new EngineError('data_missing', 'No data folder is given.', 'Set ENTAIL_DATA or use --data.');
  const model = await loadNliModel(options.model);
  const base = options.base === undefined ? undefined : await loadNliModel(options.base);
  const sets: Record<string, Readings> = {};
  for (const name of options.sets ?? SETS) {
    const set = await sampleSet(data, {
      set: name,
      part: options.part,
      texts: amount(options.texts),
      characters: amount(options.characters),
    });
    sets[name] = await readingsOfSet(set, model, base);
    process.stderr.write(`${name}: ${set.texts.length} texts, ${set.labels.length} labels\n`);
  }
  const average = averageOf(Object.values(sets));
  const nli = await nliTable(model, data, options.pairs);
  process.stdout.write(
    options.json ? `${JSON.stringify({ sets, average, nli }, null, 2)}\n` : tables({ ...sets, average }, nli),
  );
}

/** The same texts read in several ways; "combined" is what the app suggests by. */
async function readingsOfSet(set: TextSet, model: NliModel, base: NliModel | undefined): Promise<Readings> {
  const own = await readingsOf(model, set);
  const combination = readCombination(model.folder.dir);
  const cosineOf = async (embedding: NliModel) =>
    cosineScores(
      embedding,
      set.texts.map(({ text }) => text),
      set.labels.map(({ hypothesis }) => hypothesis),
    );
  const entailment = own.texts.map((text) => text.entailment);
  return {
    'majority guess': zeroShotScores(set, majorityScores(set)),
    ...(base ? { 'cosine, base': zeroShotScores(set, await cosineOf(base)) } : {}),
    'cosine, own': zeroShotScores(set, await cosineOf(model)),
    entailment: zeroShotScores(set, entailment),
    ...(combination && {
      combined: zeroShotScores(
        set,
        own.texts.map((text) => combine(combination, own.statistics, text)),
      ),
    }),
  };
}

function averageOf(sets: readonly Readings[]): Readings {
  const readings = Object.keys(sets[0] ?? {});
  const mean = (reading: string, key: keyof ZeroShotScores) =>
    sets.reduce((sum, set) => sum + set[reading]![key], 0) / sets.length;
  return Object.fromEntries(
    readings.map((reading) => {
      const keys = Object.keys(sets[0]![reading]!) as (keyof ZeroShotScores)[];
      return [reading, Object.fromEntries(keys.map((key) => [key, mean(reading, key)]))];
    }),
  ) as unknown as Readings;
}

async function nliTable(model: NliModel, data: string, pairs: string): Promise<Record<string, number>> {
  if (pairs === '0') return {};
  const session = await createSession(model.prepared.model);
  const { tokenizer, classes, prepared } = model;
  const table: Record<string, number> = {};
  for (const file of NLI) {
    const rows = drawn(await readNliFile(join(data, file)), amount(pairs));
    const encoded = rows.map((row) =>
      tokenizer.encodePair(row.premise, row.hypothesis, { maxLength: Math.min(256, model.folder.maxLength) }),
    );
    const logits = await scoreAll(
      async (batch) => {
        const feeds = batchFeeds(collate(batch, tokenizer.padId), session.inputNames);
        return floatsOf((await session.run(feeds, [prepared.logits]))[prepared.logits]);
      },
      encoded,
      classCount(classes),
    );
    table[file] = nliAccuracy(logits, rows, classes);
  }
  await session.release();
  return table;
}

const COLUMNS = {
  macroF1: 'macro-F1 at 0.5',
  microF1: 'micro-F1 at 0.5',
  macroF1Best: 'macro-F1, best threshold',
  microF1Best: 'micro-F1, best threshold',
  meanAveragePrecision: 'mean average precision',
  topLabel: 'top label right',
} as const;

/** Markdown, so that a table can go into a model card as it is. */
function tables(sets: Record<string, Readings>, nli: Record<string, number>): string {
  const keys = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const lines = [
    `| set | reading | ${Object.values(COLUMNS).join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(keys.length)}`,
    ...Object.entries(sets).flatMap(([set, readings]) =>
      Object.entries(readings).map(
        ([reading, scores]) =>
          `| ${set.replace('text/', '')} | ${reading} | ${keys.map((key) => scores[key].toFixed(2)).join(' | ')} |`,
      ),
    ),
  ];
  const accuracies = Object.entries(nli).map(
    ([file, accuracy]) => `| ${file.replace(/^nli\/|\.test\.jsonl\.gz$/g, '')} | ${accuracy.toFixed(3)} |`,
  );
  const second =
    accuracies.length > 0 ? ['', '| NLI test set | accuracy |', '| --- | ---: |', ...accuracies] : [];
  return `${[...lines, ...second].join('\n')}\n`;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  process.stderr.write(`${error.message}${error.hint ? ` ${error.hint}` : ''}\n`);
  process.exitCode = 1;
}
