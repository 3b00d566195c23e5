import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { plotSvg } from '../../cli/plot.ts';
import { STRATEGIES } from '../../engine/active/strategies.ts';
import { logOdds } from '../../engine/nli/probability.ts';
import { createRandom } from '../../engine/random.ts';
import { askedInTurn } from './askedInTurn.ts';
import { measure } from './measure.ts';
import { readRequestOf, SET_OPTIONS } from './options.ts';
import { type Curve, isotonic, mean, meanCurve, reaches } from './reach.ts';
import { readSet, type SetEvidence } from './readSets.ts';

/**
 * How many documents each strategy needs to reach what `--budget` random ones reach, for what the program suggests (heads,
 * their own thresholds) on test documents; a Markdown table.
 *
 *   node bench/learn/active.ts [--data FOLDER] [--sets a,b] [--strategies a,b] [--seeds 5] [--budget 200] [--step 10]
 *     [--candidates 500] [--pool 600] [--test 400] [--characters 700] [--cache FOLDER] [--plot FILE] [--each] [--json]
 *     [--from a.json,b.json]
 *
 * Each seed draws other candidates from the pool, so that strategies without chance differ between seeds, too. After each
 * step heads are fitted anew and the strategy chooses again, with `choose`, as the program does. FOLDER and --cache as for
 * `heads.ts`, by default the same sets. --from reads runs that --json wrote, a set each, instead of replaying them.
 */
const { values: options } = parseArgs({
  options: {
    ...SET_OPTIONS,
    strategies: { type: 'string', default: STRATEGIES.map(({ name }) => name).join(',') },
    seeds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '200' },
    step: { type: 'string', default: '10' },
    candidates: { type: 'string', default: '500' },
    plot: { type: 'string' },
    from: { type: 'string' },
    each: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const FIGURES = ['macroF1', 'meanAveragePrecision'] as const;
type Figure = (typeof FIGURES)[number];

interface Run {
  readonly set: string;
  readonly strategy: string;
  readonly seed: number;
  readonly curves: Readonly<Record<Figure, Curve>>;
}

const [budget, step, candidates] = [options.budget, options.step, options.candidates].map(Number) as [
  number,
  number,
  number,
];
/** Of seeds, for intervals. */
const RESAMPLES = 1000;
/** Where a curve does not get there: what counts for it in averages. */
const NEVER = 1.25 * budget;
const strategies = [...new Set(['random', ...options.strategies.split(',')])];
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const request = readRequestOf(options);
const runs: Run[] = [];
const Kept = z.array(
  z.object({
    set: z.string(),
    strategy: z.string(),
    seed: z.number(),
    curves: z.object({ macroF1: z.array(z.number()), meanAveragePrecision: z.array(z.number()) }),
  }),
);
for (const file of options.from?.split(',') ?? [])
  runs.push(...Kept.parse(JSON.parse(readFileSync(file, 'utf8'))));
const sets = options.from === undefined ? options.sets.split(',') : [...new Set(runs.map(({ set }) => set))];
for (const name of options.from === undefined ? sets : []) {
  const set = await readSet(name, request);
  for (const strategy of strategies) for (const seed of seeds) runs.push(replayed(set, strategy, seed));
  process.stderr.write(`${name} measured\n`);
}

function replayed(set: SetEvidence, strategy: string, seed: number): Run {
  const curves = { macroF1: [] as number[], meanAveragePrecision: [] as number[] };
  for (const { learnt, probabilities, thresholds } of askedInTurn(set, {
    strategy,
    seed,
    budget,
    step,
    candidates,
  })) {
    const measured = measure(set, probabilities.map(logOdds), learnt ? 'program' : [...thresholds]);
    for (const figure of FIGURES) curves[figure].push(measured[figure]);
  }
  return { set: set.name, strategy, seed, curves };
}

if (options.plot !== undefined) {
  const series = strategies.map((name) => ({
    name,
    points: overSets(runs.filter(({ strategy }) => strategy === name)).map((y, i) => [i * step, y] as const),
  }));
  const title = `Macro F1 by how documents are chosen, ${sets.length} sets, ${seeds.length} seeds`;
  writeFileSync(options.plot, plotSvg({ title, x: 'annotated documents', y: 'macro F1', series }));
}
if (options.json) process.stdout.write(`${JSON.stringify(runs)}\n`);
else {
  process.stdout.write(tableOf(sets));
  if (options.each) for (const set of sets) process.stdout.write(`\n${set}\n\n${tableOf([set])}`);
}

function overSets(own: readonly Run[]): number[] {
  return meanCurve(
    sets.map((set) => meanCurve(own.filter((run) => run.set === set).map(({ curves }) => curves.macroF1))),
  );
}

/** Documents needed on the average of sets, with a 95 % interval of a bootstrap over seeds (the sets are those that they are). */
function tableOf(of: readonly string[]): string {
  const half = Math.round(budget / 2 / step);
  const lines = [
    `| chosen by | documents for macro F1 of ${budget} random | for their mean average precision | macro F1 at ${half * step} | at ${budget} | mean average precision at ${half * step} | at ${budget} |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const strategy of strategies) {
    const cells = FIGURES.map((figure) => needed(of, strategy, figure));
    const at = FIGURES.flatMap((figure) =>
      [half, -1].map((place) =>
        mean(of.map((set) => curveOf(set, strategy, figure, seeds).at(place)!)).toFixed(3),
      ),
    );
    lines.push(`| ${[strategy, ...cells, ...at].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

function curveOf(set: string, strategy: string, figure: Figure, drawn: readonly number[]): number[] {
  const own = runs.filter((run) => run.set === set && run.strategy === strategy);
  return meanCurve(drawn.map((seed) => own.find((run) => run.seed === seed)!.curves[figure]));
}

function needed(of: readonly string[], strategy: string, figure: Figure): string {
  const random = createRandom(1).fork('bootstrap');
  const once = (drawn: readonly number[]) =>
    mean(
      of.map((set) => {
        const target = isotonic(curveOf(set, 'random', figure, drawn)).at(-1)!;
        return reaches(curveOf(set, strategy, figure, drawn), target, { step, never: NEVER });
      }),
    );
  const again = Array.from({ length: seeds.length > 1 ? RESAMPLES : 0 }, () =>
    once(seeds.map(() => seeds[random.integer(seeds.length)]!)),
  ).sort((a, b) => a - b);
  const own = once(seeds).toFixed(0);
  if (again.length === 0) return own;
  const [low, high] = [0.025, 0.975].map((q) => again[Math.floor(q * again.length)]!.toFixed(0));
  return `${own} (${low} to ${high})`;
}
