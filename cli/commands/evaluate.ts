import { Command, InvalidArgumentError } from 'commander';
import { evaluateOn, evaluateUntrained } from '../../backend/evaluating/goldFile.ts';
import type { GoldTaken } from '../../backend/evaluating/goldRows.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { wholeName } from '../../backend/models/resolve.ts';
import type { Reading } from '../../backend/suggesting/fusing.ts';
import type { MetricsWithIntervals } from '../../engine/index.ts';
import { goldAbsentOption } from '../conflicts.ts';
import { deviceFor, notice, precisionOf, readProject, runNumber, withEngine } from '../context.ts';
import { goldInWords } from '../goldInWords.ts';
import { numberWithin, withClasses, withDevice, withJson, withLabelReading } from '../options.ts';
import { labelF1, macroF1, metricsTable, print, table } from '../output.ts';
import { withProgress } from '../progress.ts';

interface Options {
  on: string;
  absent?: Absent;
  run?: string;
  model?: string;
  reading?: Reading;
  threshold: number | 'tuned';
  device: string;
  precision: string;
  json?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('metrics against gold labels')
    .argument('<project>')
    .requiredOption('--on <file>', 'rows with text and labels')
    .addOption(goldAbsentOption())
    .option('--run <run>', 'a training run (default: the one that suggests now, else the model)')
    .option('--model <model>', 'folder, hub id or "default", as it is', wholeName)
    .option(
      '--threshold <x>',
      'a probability, or "tuned": each label\'s own, of the run or by what decisions taught',
      threshold,
      0.5,
    );
  return withJson(withDevice(withClasses(withLabelReading(command)))).action(run);
}

function threshold(text: string): number | 'tuned' {
  if (text === 'tuned') return text;
  try {
    return numberWithin(0, 1)(text);
  } catch {
    throw new InvalidArgumentError('It must be a number from 0 to 1, or "tuned".');
  }
}

/** What training brought, label by label. */
export function comparison(trained: MetricsWithIntervals, untrained: MetricsWithIntervals): string {
  // One for all labels: a number that was asked for, or 0.5.
  const at = untrained.labels[0]?.threshold ?? 0.5;
  const figures = (metrics: MetricsWithIntervals) => [...metrics.labels.map(labelF1), macroF1(metrics)];
  const before = figures(untrained);
  const after = figures(trained);
  const names = [...trained.labels.map(({ name }) => name), 'macro average'];
  return `F1 of the untrained model on the same rows, at ${at}:\n${table(
    ['label', 'untrained', 'trained'],
    names.map((name, i) => [name, before[i]!, after[i]!]),
  )}`;
}

async function run(path: string, options: Options): Promise<void> {
  await readProject(path, async (project) => {
    // The file is read twice, once for each model.
    const told = new Set<string>();
    const tell = (text: string) => {
      if (!told.has(text)) notice(text);
      told.add(text);
    };
    const { metrics, untrained } = await withEngine(({ engine, signal }) =>
      withProgress('Evaluating', async (progress) => {
        const request = {
          file: options.on,
          absent: options.absent,
          run: options.run === undefined ? undefined : runNumber(options.run),
          model: options.model,
          reading: options.reading,
          threshold: options.threshold,
          device: (await deviceFor(engine, options, 'suggesting')).device,
          onNotice: tell,
          onTaken: (taken: GoldTaken) => goldInWords(taken).forEach(tell),
          precision: precisionOf(options),
          signal,
          onProgress: progress.update,
        };
        const found = await evaluateOn(project, engine, request);
        return { metrics: found, untrained: await evaluateUntrained(project, engine, request) };
      }),
    );
    print(options.json, { ...metrics, untrained: untrained ?? null }, () =>
      [metricsTable(metrics), ...(untrained ? ['', comparison(metrics, untrained)] : [])].join('\n'),
    );
  });
}
