import { parseArgs } from 'node:util';
import { type Forecast, forecastGain } from '../../engine/progress/forecast.ts';
import { type LearningCurve, learningCurve } from '../../engine/progress/learningCurve.ts';
import { replay } from '../../engine/progress/replay.ts';
import { type Criterion, STOP_MODELS, STOP_STEP, stoppingCriteria } from '../../engine/progress/stopping.ts';
import { askedInTurn } from './askedInTurn.ts';
import { annotated, answersOf, learnerOfSet } from './learnerOfSet.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { mean } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * Whether what the program says of where one stands is true; two Markdown tables. How often the range of macro F1 that is
 * forecast for more documents holds what these bring on documents that were not annotated; and what is left to gain when each
 * stopping criterion holds for the first time, measured against all documents that were annotated at last.
 *
 *   node bench/learn/standing.ts [--data FOLDER] [--sets a,b] [--seeds 3] [--chosen random|mix] [--documents 50,100,200,300]
 *     [--more 25,50,100] [--most 400] [--parts forecast,stop] [--each] [--json] [--pool 600] [--test 400] [--cache FOLDER]
 *
 * FOLDER and --cache as for `heads.ts`, by default the same sets. --chosen: how the annotated documents came about.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    seeds: { type: 'string', default: '3' },
    chosen: { type: 'string', default: 'random' },
    documents: { type: 'string', default: '50,100,200,300' },
    more: { type: 'string', default: '25,50,100' },
    most: { type: 'string', default: '400' },
    parts: { type: 'string', default: 'forecast,stop' },
    each: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Forecasted {
  readonly set: string;
  readonly documents: number;
  readonly more: number;
  readonly gain: number;
  readonly low: number;
  readonly high: number;
  /** What came. */
  readonly came: number;
}

interface Stopped {
  readonly set: string;
  readonly criterion: Criterion['name'];
  /** When it held first; null: it did not. */
  readonly at: number | null;
  /** Macro F1 of all documents less that at the stop. */
  readonly left: number;
}

const numbers = (list: string): number[] => list.split(',').map(Number);
const [sizes, steps, most] = [numbers(options.documents), numbers(options.more), Number(options.most)];
const request = readRequestOf(options);
const forecasts: Forecasted[] = [];
const stops: Stopped[] = [];
const notKnown = { count: 0, of: 0 };
for (const name of options.sets.split(',')) {
  const set = await readSet(name, request);
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const order = orderOf(set, seed);
    const learner = learnerOfSet(set);
    const isAsked = new Set(order);
    const unseen = Array.from({ length: set.pool + set.test }, (_, i) => i).filter((i) => !isAsked.has(i));
    const curves = new Map<number, number>();
    const macroF1At = (documents: number): number => {
      const known = curves.get(documents);
      if (known !== undefined) return known;
      const found = macroF1(set, unseen, learner.taughtBy(answersOf(set, order.slice(0, documents)), unseen));
      curves.set(documents, found);
      return found;
    };
    const learning = new Map<number, LearningCurve | null>();
    const forecast = (documents: number, more: number): Forecast | null => {
      let curve = learning.get(documents);
      if (curve === undefined) {
        curve = learningCurve(learner, { known: answersOf(set, order.slice(0, documents)), seed: 1 });
        learning.set(documents, curve);
      }
      return forecastGain(curve, { more, labels: set.labels });
    };
    if (options.parts.includes('forecast')) {
      for (const documents of sizes) {
        for (const more of steps.filter((own) => documents + own <= order.length)) {
          const found = forecast(documents, more);
          notKnown.of += 1;
          if (found === null) notKnown.count += 1;
          else
            forecasts.push({
              set: name,
              documents,
              ...found,
              came: macroF1At(documents + more) - macroF1At(documents),
            });
        }
      }
    }
    if (options.parts.includes('stop')) {
      const models = Array.from(
        { length: Math.floor(order.length / STOP_STEP) },
        (_, i) => (i + 1) * STOP_STEP,
      );
      const past = replay(learner, { known: answersOf(set, order), order, steps: models });
      const first = new Map<Criterion['name'], number>();
      // At the last document nothing is left to gain, whatever holds.
      for (let i = STOP_MODELS; i <= past.length && models[i - 1]! < order.length; i++) {
        const documents = models[i - 1]!;
        // It takes longest, and is looked at every hundred documents.
        const gain = documents % 100 === 0 && !first.has('gain') ? forecast(documents, 50) : null;
        for (const { name: criterion, holds } of stoppingCriteria(past.slice(i - STOP_MODELS, i), gain))
          if (holds && !first.has(criterion)) first.set(criterion, documents);
      }
      for (const criterion of ['stable', 'certain', 'confidence', 'gain'] as const) {
        const at = first.get(criterion) ?? null;
        stops.push({
          set: name,
          criterion,
          at,
          left: macroF1At(order.length) - macroF1At(at ?? order.length),
        });
      }
    }
  }
  process.stderr.write(`${name} measured\n`);
}

/** Documents in the order in which they are annotated. */
function orderOf(set: SetEvidence, seed: number): number[] {
  const budget = Math.min(most, set.pool);
  if (options.chosen === 'random') return annotated(set, { documents: budget, seed });
  const asking = { strategy: options.chosen, seed, budget, step: 10, candidates: set.pool };
  return [...([...askedInTurn(set, asking)].at(-1)?.known ?? [])];
}

/** Over the labels that can be judged on these documents. */
function macroF1(
  { labels, gold }: SetEvidence,
  documents: readonly number[],
  { probabilities, thresholds }: { readonly probabilities: Float32Array; readonly thresholds: Float64Array },
): number {
  const figures = Array.from({ length: labels }, (_, label) => {
    let [both, suggested, positives] = [0, 0, 0];
    for (const [i, document] of documents.entries()) {
      const is = gold[document * labels + label]!;
      const says = probabilities[i * labels + label]! >= thresholds[label]! ? 1 : 0;
      both += is * says;
      suggested += says;
      positives += is;
    }
    return positives === 0 || positives === documents.length
      ? Number.NaN
      : (2 * both) / (suggested + positives);
  });
  return mean(figures.filter((x) => !Number.isNaN(x)));
}

const points = (x: number): string => (100 * x).toFixed(1);

function forecastTable(own: readonly Forecasted[]): string {
  const lines = [
    '| documents | more | ranges that hold what came | it came to less | to more | forecast | came | range |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const line = (documents: string, more: string, of: readonly Forecasted[]) => {
    if (of.length === 0) return;
    const share = (test: (one: Forecasted) => boolean) => (of.filter(test).length / of.length).toFixed(2);
    const average = (figure: 'gain' | 'low' | 'high' | 'came') => points(mean(of.map((one) => one[figure])));
    const cells = [
      share(({ came, low, high }) => came >= low && came <= high),
      share(({ came, low }) => came < low),
      share(({ came, high }) => came > high),
      average('gain'),
      average('came'),
      `${average('low')} to ${average('high')}`,
    ];
    lines.push(`| ${[documents, more, ...cells].join(' | ')} |`);
  };
  for (const more of steps) {
    for (const documents of sizes)
      line(
        `${documents}`,
        `${more}`,
        own.filter((one) => one.documents === documents && one.more === more),
      );
    line(
      'all',
      `${more}`,
      own.filter((one) => one.more === more),
    );
  }
  return `${lines.join('\n')}\n`;
}

function stopTable(own: readonly Stopped[]): string {
  const lines = [
    `| criterion | says stop before ${most} documents | at, on the average | points of macro F1 left | at worst |`,
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  for (const criterion of [...new Set(own.map((one) => one.criterion))]) {
    const of = own.filter((one) => one.criterion === criterion);
    const stopped = of.filter(({ at }) => at !== null);
    const cells =
      stopped.length === 0
        ? ['–', '–', '–']
        : [
            mean(stopped.map(({ at }) => at ?? 0)).toFixed(0),
            points(mean(stopped.map(({ left }) => left))),
            points(Math.max(...stopped.map(({ left }) => left))),
          ];
    lines.push(`| ${[criterion, `${stopped.length} of ${of.length}`, ...cells].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

const tables = (set?: string): string => {
  const of = <T extends { readonly set: string }>(all: readonly T[]) =>
    set === undefined ? all : all.filter((one) => one.set === set);
  return [
    ...(forecasts.length > 0 ? [forecastTable(of(forecasts))] : []),
    ...(stops.length > 0 ? [stopTable(of(stops))] : []),
  ].join('\n');
};
if (options.json) process.stdout.write(`${JSON.stringify({ forecasts, stops, notKnown })}\n`);
else {
  process.stdout.write(`${tables()}\nNot known yet: ${notKnown.count} of ${notKnown.of}.\n`);
  if (options.each)
    for (const set of options.sets.split(',')) process.stdout.write(`\n${set}\n\n${tables(set)}`);
}
