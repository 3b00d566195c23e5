import { Command } from 'commander';
import { embedTexts } from '../engine/inference/embed.ts';
import { loadNliModel, type NliModel } from '../engine/model/nliModel.ts';
import { logistic } from '../engine/nli/probability.ts';
import { evidenceOf, labelPriors, type TextReading } from '../engine/zeroshot/fusion.ts';
import { cosines, labelVectors } from '../engine/zeroshot/labelVector.ts';
import { CHOSEN } from './nli/fitCombination.ts';
import { logisticRegression } from './nli/logisticRegression.ts';
import type { TextSet } from './nli/readData.ts';
import { readingsOf, SAMPLE, wordedLabels } from './nli/readings.ts';
import { sampleSet } from './nli/sampleSet.ts';
import { dataFolder, runTool } from './nli/tool.ts';
import { zeroShotScores } from './nli/zeroShotTable.ts';

interface Options {
  readonly model: string;
  readonly beside: readonly string[];
  readonly data?: string;
  readonly fit: readonly string[];
  readonly sets: readonly string[];
  readonly texts: string;
  readonly characters: string;
  readonly sharpness: string;
}

const program = new Command('embeddings-beside')
  .description(
    "what embeddings of other encoders would add to a model's entailment and embeddings: every choice of them is fitted and measured, on training parts",
  )
  .requiredOption('--model <dir>', 'the model whose entailment is read')
  .requiredOption('--beside <dirs...>', 'encoders (make-base, train-nli) whose embeddings are tried')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--fit <names...>', 'sets that coefficients are fitted on', [
    'text/vaccine_concerns',
    'text/app_review_requirements',
  ])
  .option('--sets <names...>', 'sets that are measured; none of them was trained on', [
    'text/bbc_news',
    'text/privacy_policies',
    'text/disaster_messages',
    'text/ethos_hate_speech',
    'text/twenty_newsgroups',
    'text/tweet_sentiment',
    'text/github_issues',
  ])
  .option('--texts <n>', 'texts drawn from each set', '100')
  .option('--characters <n>', 'longer texts are cut', '900')
  .option('--sharpness <s>', 'factor of cosines before labels compete', '20')
  .action(run);

/** Of a set: what each cell has, [texts][labels]. */
interface Cells {
  readonly set: TextSet;
  readonly odds: readonly (readonly number[])[];
  readonly centred: readonly (readonly number[])[];
  /** Of each encoder. */
  readonly competition: readonly (readonly (readonly number[])[])[];
}

async function run({ model: dir, beside, sharpness, fit, sets, ...options }: Options): Promise<void> {
  const data = dataFolder(options);
  const model = await loadNliModel(dir);
  const others: NliModel[] = [];
  for (const other of beside) others.push(await loadNliModel(other));
  const request = {
    part: 'train',
    texts: Number(options.texts),
    characters: Number(options.characters),
  } as const;
  const cells = new Map<string, Cells>();
  for (const name of new Set([...fit, ...sets])) {
    const set = await sampleSet(data, { set: name, ...request });
    cells.set(name, await cellsOf(set, { model, others, sharpness: Number(sharpness) }));
    process.stderr.write(`${name} read\n`);
  }
  const of = (names: readonly string[]) => names.flatMap((name) => cells.get(name) ?? []);
  const names = [dir, ...beside];
  console.log('| embeddings of | macro-F1, best threshold | mean average precision | top label right |');
  console.log('| --- | ---: | ---: | ---: |');
  for (let choice = 0; choice < 2 ** names.length; choice++) {
    const chosen = names.flatMap((_, i) => ((choice >> i) % 2 === 1 ? [i] : []));
    const weights = logisticRegression(of(fit).flatMap((own) => rowsOf(own, chosen)));
    const measured = of(sets).map((own) => measure(own, chosen, weights));
    const mean = (key: 'macroF1Best' | 'meanAveragePrecision' | 'topLabel') =>
      (measured.reduce((sum, scores) => sum + scores[key], 0) / measured.length).toFixed(3);
    const title = chosen.map((i) => names[i]).join(' + ') || 'none: entailment alone';
    console.log(
      `| ${title} | ${mean('macroF1Best')} | ${mean('meanAveragePrecision')} | ${mean('topLabel')} |`,
    );
  }
}

async function cellsOf(
  set: TextSet,
  { model, others, sharpness }: { model: NliModel; others: readonly NliModel[]; sharpness: number },
): Promise<Cells> {
  const own = await readingsOf(model, set);
  const evidence = (texts: readonly TextReading[]) => {
    // The first are as good as any: they were drawn.
    const priors = labelPriors(texts.slice(0, SAMPLE), set.labels.length);
    return texts.map((text) => evidenceOf({ ...CHOSEN, sharpness }, priors, text));
  };
  const first = evidence(own.texts);
  const competition = [first.map((row) => row.map((cell) => cell.competition))];
  for (const other of others) {
    const vectors = await embedTexts(
      other,
      set.texts.map(({ text }) => text),
    );
    const labels = await labelVectors(wordedLabels(set), (wordings) => embedTexts(other, wordings));
    const texts = own.texts.map(({ odds }, i) => ({ odds, cosine: cosines(vectors[i]!, labels) }));
    competition.push(evidence(texts).map((row) => row.map((cell) => cell.competition)));
  }
  return {
    set,
    odds: first.map((row) => row.map(({ odds }) => odds)),
    centred: first.map((row) => row.map(({ centred }) => centred)),
    competition,
  };
}

function featuresOf({ odds, centred, competition }: Cells, chosen: readonly number[]) {
  return (text: number, label: number): number[] => [
    ...[1, odds[text]![label]!, centred[text]![label]!],
    ...chosen.map((i) => competition[i]![text]![label]!),
  ];
}

function rowsOf(cells: Cells, chosen: readonly number[]) {
  const { set, odds } = cells;
  const features = featuresOf(cells, chosen);
  const weight = 1 / (set.texts.length * set.labels.length);
  return odds.flatMap((row, text) =>
    row.map((_, label) => ({
      x: features(text, label),
      gold: set.texts[text]!.labels.includes(label) ? 1 : 0,
      weight,
    })),
  );
}

function measure(cells: Cells, chosen: readonly number[], weights: readonly number[]) {
  const features = featuresOf(cells, chosen);
  const scores = cells.odds.map((row, text) =>
    Float32Array.from(row, (_, label) =>
      logistic(features(text, label).reduce((sum, x, i) => sum + x * weights[i]!, 0)),
    ),
  );
  return zeroShotScores(cells.set, scores);
}

await runTool(program);
