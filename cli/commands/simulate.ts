import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { readGold } from '../../backend/evaluating/goldRows.ts';
import { type CurvePoint, simulate } from '../../backend/evaluating/simulating.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { requireLabels } from '../../backend/labels/labels.ts';
import { type Precision, STRATEGIES } from '../../engine/index.ts';
import { goldAbsentOption } from '../conflicts.ts';
import { deviceFor, notice, withEngine, withProject } from '../context.ts';
import { tellEnding } from '../ending.ts';
import { goldInWords } from '../goldInWords.ts';
import { wholeNumber, withDevice, withJson } from '../options.ts';
import { percent, print, table } from '../output.ts';
import { plotSvg } from '../plot.ts';
import { tell } from '../terminal.ts';

const PICKING = STRATEGIES.map(({ name }) => name);

interface Options {
  gold: string;
  absent?: Absent;
  strategy: string[];
  budget: number;
  step: number;
  seeds: number;
  trainEvery?: number;
  epochs: number;
  plot?: string;
  device: string;
  precision: Precision;
  json?: boolean;
}

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('replay annotation with known answers, as the app does: the learning curve per strategy')
    .argument('<project>', 'its labels and model are used; it is not changed')
    .requiredOption('--gold <file>', 'rows with text and labels')
    .addOption(goldAbsentOption())
    .option('--strategy <names...>', `of ${PICKING.join(', ')}`, ['mix', 'random'])
    .option('--budget <n>', 'documents to annotate in all', wholeNumber(1), 100)
    .option('--step <n>', 'documents between two choices', wholeNumber(1), 10)
    .option(
      '--seeds <n>',
      'how often, each time with other test rows and other chance',
      wholeNumber(1, 100),
      3,
    )
    .option('--train-every <n>', 'also train, after every so many documents', wholeNumber(1))
    .option('--epochs <n>', 'per training', wholeNumber(1, 100), 3)
    .option('--plot <file>', 'write the curves of macro F1 as SVG');
  return withJson(withDevice(command)).action((path: string, options: Options, self: Command) => {
    const unknown = options.strategy.find((name) => !PICKING.includes(name));
    if (unknown)
      self.error(`error: there is no strategy "${unknown}": use ${PICKING.join(', ')}.`, { exitCode: 2 });
    return run(path, options);
  });
}

async function run(path: string, options: Options): Promise<void> {
  await withProject(path, async (project) => {
    const labels = requireLabels(project).map(({ name, hypotheses }) => ({ name, hypotheses }));
    const rows = await readGold({
      file: options.gold,
      names: labels.map(({ name }) => name),
      absent: options.absent,
      onNotice: notice,
      onTaken: (taken) => goldInWords(taken).forEach(notice),
    });
    const { budget, step, trainEvery, epochs, precision } = options;
    const strategies = [...new Set(options.strategy)];
    const curve = await withEngine(async ({ engine, signal }) =>
      simulate(engine, {
        rows,
        labels,
        model: project.stores.settings.get('model'),
        strategies,
        seeds: Array.from({ length: options.seeds }, (_, i) => i + 1),
        budget,
        step,
        training: trainEvery === undefined ? null : { every: trainEvery, options: { epochs } },
        device: (await deviceFor(engine, options, trainEvery === undefined ? 'suggesting' : 'training'))
          .device,
        precision,
        signal,
        onPoint: (p) =>
          tell(`${p.strategy}, seed ${p.seed}, ${p.documents} documents: macro F1 ${percent(p.macroF1)}`),
      }),
    );
    const steps = strategies.flatMap((strategy) => stepsOf(curve, strategy));
    if (options.plot !== undefined) {
      const series = strategies.map((name) => ({
        name,
        points: steps
          .filter(({ strategy }) => strategy === name)
          .map(({ documents, macroF1 }) => [documents, macroF1.mean] as const),
      }));
      const title = `What suggestions learn, ${options.seeds === 1 ? 'one seed' : `mean of ${options.seeds} seeds`}`;
      writeFileSync(options.plot, plotSvg({ title, x: 'annotated documents', y: 'macro F1', series }));
      tellEnding(options.plot, '.svg');
    }
    print(options.json, { curve, steps }, () =>
      table(
        ['strategy', 'documents', 'macro F1', 'micro F1', 'mean average precision'],
        steps.map((own) => [
          own.strategy,
          String(own.documents),
          ...[own.macroF1, own.microF1, own.meanAveragePrecision].map(inWords),
        ]),
      ),
    );
  });
}

const FIGURES = ['macroF1', 'microF1', 'meanAveragePrecision'] as const;

/** The mean over seeds, and the half of its 95 % interval; null: one seed has none. */
interface Figure {
  readonly mean: number;
  readonly interval: number | null;
}

type Step = { readonly strategy: string; readonly documents: number } & Readonly<
  Record<(typeof FIGURES)[number], Figure>
>;

/** The means over seeds after each step that all seeds have. */
function stepsOf(curve: readonly CurvePoint[], strategy: string): Step[] {
  const own = curve.filter((point) => point.strategy === strategy);
  return [...new Set(own.map(({ documents }) => documents))].map((documents) => {
    const there = own.filter((point) => point.documents === documents);
    const figure = (name: (typeof FIGURES)[number]) => figureOf(there.map((point) => point[name]));
    return {
      strategy,
      documents,
      macroF1: figure('macroF1'),
      microF1: figure('microF1'),
      meanAveragePrecision: figure('meanAveragePrecision'),
    };
  });
}

/** Quantiles of Student's t at 97.5 % for 1, 2, … degrees of freedom; beyond, that of the normal distribution is near. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

function figureOf(values: readonly number[]): Figure {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  if (values.length < 2) return { mean, interval: null };
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  const t = STUDENT[values.length - 2] ?? 2.1;
  return { mean, interval: t * Math.sqrt(variance / values.length) };
}

const inWords = ({ mean, interval }: Figure): string =>
  interval === null ? percent(mean) : `${percent(mean)} ± ${percent(interval)}`;
