import { Command, Option } from 'commander';
import { disagreementsOf } from '../../backend/annotating/disagreements.ts';
import { wholeName } from '../../backend/models/resolve.ts';
import type { Project } from '../../backend/project/file.ts';
import { type FinishedRun, resume, type TrainListener, train } from '../../backend/training/train.ts';
import { must } from '../../process/must.ts';
import { type Context, deviceFor, notice, runNumber, withEngine, withProject } from '../context.ts';
import { numberWithin, trainedLayers, wholeNumber, withClasses, withDevice, withJson } from '../options.ts';
import { metricsTable, percent, print } from '../output.ts';
import { type Progress, withProgress } from '../progress.ts';
import { tell } from '../terminal.ts';
import { disagreementsInWords } from './disagreements.ts';

interface Options {
  method: 'lora' | 'full';
  model?: string;
  targets: 'all' | 'qv';
  layers: 'all' | `top:${number}`;
  rank: number;
  alpha: number;
  epochs?: number;
  lr?: number;
  batch: number;
  accumulation: number;
  memoryMb?: number;
  recompute?: boolean;
  maxSteps?: number;
  maxLength: number;
  patience?: number;
  keep?: number;
  heldOut?: number;
  negatives?: number;
  seed: number;
  device: string;
  precision: 'auto' | 'fp32' | 'int8';
  resume?: string;
  json?: boolean;
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description('fine-tune on the annotations')
    .argument('<project>')
    .addOption(
      new Option('--method <method>', 'adapters or all weights').choices(['lora', 'full']).default('lora'),
    )
    .option('--model <model>', 'folder, hub id or "default"; else the project\'s model', wholeName)
    .addOption(new Option('--targets <layers>', 'layers with adapters').choices(['all', 'qv']).default('all'))
    .option('--layers <layers>', '"all", or "top:N": only the N nearest to the output', trainedLayers, 'all')
    .option('--rank <n>', 'of the adapters', wholeNumber(1, 256), 8)
    .option('--alpha <x>', 'scale of the adapters', numberWithin(0.001, 10_000), 16)
    .option('--epochs <n>', 'at most; training stops when held-out F1 no longer rises', wholeNumber(1, 1000))
    .option('--lr <x>', 'learning rate (default: 0.001 for lora, 0.00005 for full)', numberWithin(1e-9, 1))
    .option('--batch <n>', 'pairs per batch', wholeNumber(1, 1024), 16)
    .option('--accumulation <n>', 'batches per step', wholeNumber(1, 1024), 1)
    .option(
      '--memory-mb <n>',
      'of memory; batches are cut to fit (default: half of what is free)',
      wholeNumber(1),
    )
    .option('--recompute', 'keep less in memory and compute it again: for large models and long texts')
    .option('--max-steps <n>', 'stop after so many steps', wholeNumber(1))
    .option('--max-length <n>', 'tokens per pair', wholeNumber(8, 8192), 256)
    .option('--patience <n>', 'epochs without a better held-out F1', wholeNumber(1, 1000))
    .option(
      '--held-out <share>',
      'of the documents, to stop in time and tune thresholds',
      numberWithin(0, 0.9),
    )
    .option(
      '--keep <share>',
      "of the base model's weights in the result: more of what it knows of other labels",
      numberWithin(0, 0.9),
    )
    .option('--negatives <n>', 'rejected labels per accepted one', numberWithin(0, 1000))
    .option('--seed <n>', 'the same seed gives the same run', wholeNumber(0), 1)
    .option('--resume <run>', 'go on with a run that was stopped');
  return withJson(withDevice(withClasses(command))).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  await withProject(path, async (project) => {
    const disagreements = disagreementsInWords(disagreementsOf(project));
    if (disagreements !== undefined && options.resume === undefined) notice(disagreements);
    const finished = await withEngine((context) =>
      withProgress('Training', (progress) =>
        start(project, options, context, listenerFor(progress, context)),
      ),
    );
    print(options.json, resultOf(finished), () => textOf(finished));
  });
}

async function start(project: Project, options: Options, { engine }: Context, listener: TrainListener) {
  if (options.resume !== undefined) {
    return resume(project, engine, { run: runNumber(options.resume), listener });
  }
  const { device } = await deviceFor(engine, options, 'training');
  return train(project, engine, {
    options: {
      method: options.method,
      targets: options.targets,
      layers: options.layers,
      rank: options.rank,
      alpha: options.alpha,
      precision: options.precision,
      batchSize: options.batch,
      accumulation: options.accumulation,
      maxLength: options.maxLength,
      seed: options.seed,
      ...(options.epochs !== undefined && { epochs: options.epochs }),
      ...(options.lr !== undefined && { learningRate: options.lr }),
      ...(options.memoryMb !== undefined && { memoryMb: options.memoryMb }),
      ...(options.recompute && { recompute: true }),
      ...(options.maxSteps !== undefined && { maxSteps: options.maxSteps }),
      ...(options.keep !== undefined && { keep: options.keep }),
      ...(options.patience !== undefined && { patience: options.patience }),
    },
    device,
    model: options.model,
    heldOutShare: options.heldOut,
    negativesPerPositive: options.negatives,
    listener,
  });
}

function listenerFor(progress: Progress, { signal }: Context): TrainListener {
  return {
    signal,
    onStart: (id, { warnings }) => {
      tell(`Run ${id}.`);
      for (const warning of warnings) notice(warning);
    },
    onStep: ({ step, steps, loss, examplesPerSecond }) =>
      progress.update(
        step,
        steps,
        `step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${examplesPerSecond.toFixed(0)} pairs/s`,
      ),
    onTuned: (step, steps) => progress.update(step, steps, `embeddings: step ${step} of ${steps}`),
    onEvaluation: ({ epoch, macroF1 }) => tell(`Epoch ${epoch}: held-out macro F1 ${percent(macroF1)}.`),
    onNotice: notice,
    onRestart: () => tell('The engine stopped and was started again.'),
  };
}

function resultOf({ run: id, report }: FinishedRun) {
  return { run: id, ...report, metrics: report.metrics ?? null };
}

function textOf({ run: id, report }: FinishedRun): string {
  const {
    steps = 0,
    seconds = 0,
    examplesPerSecond = 0,
    losses = [],
    metrics,
    bestEpoch,
    peakBytes,
  } = report;
  const loss =
    losses.length > 0
      ? `, loss ${must(losses[0], 'loss').toFixed(3)} to ${must(losses.at(-1), 'loss').toFixed(3)}`
      : '';
  return [
    `Run ${id}: ${steps} steps in ${seconds.toFixed(1)} s, ${examplesPerSecond.toFixed(0)} pairs per second${loss}.`,
    ...(peakBytes === undefined ? [] : [`At most ${(peakBytes / 1e6).toFixed(0)} MB of memory were used.`]),
    ...(bestEpoch === undefined ? [] : [`The weights of epoch ${bestEpoch} were kept.`]),
    ...(metrics
      ? [
          `On ${report.heldOutDocuments} held-out documents, at thresholds chosen without the document that is judged:`,
          metricsTable(metrics),
        ]
      : ['Too few documents to hold any out: label at least 20 for figures and tuned thresholds.']),
    ...comparison(id, report),
    ...(report.outside ? [outsideLabels(report.outside)] : []),
  ].join('\n');
}

const outsideLabels = ({ before, after, labels }: NonNullable<FinishedRun['report']['outside']>): string =>
  `On ${labels} labels outside the project, built in and in English: average precision ${percent(before)} before, ${percent(after)} after.`;

/** What suggested before, on the same documents, and whether it goes on. */
function comparison(id: number, { against, tookOver }: FinishedRun['report']): string[] {
  if (!against) return [];
  const { run, documents, macroF1, ownMacroF1 } = against;
  const before = run === 0 ? 'your decisions alone' : `run ${run}`;
  const figures = `On ${documents} of them that neither had learnt from: macro F1 ${percent(ownMacroF1)} with what decisions taught beside it, ${percent(macroF1)} before, with ${before}.${tookOver && ownMacroF1 < macroF1 ? ' That may be chance.' : ''}`;
  return tookOver
    ? [figures]
    : [
        figures,
        `Run ${id} does clearly worse, so what suggested before goes on suggesting. Choose run ${id} in the app, or name it with --run, to use it all the same.`,
      ];
}
