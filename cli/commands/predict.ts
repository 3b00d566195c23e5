import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { BackendError } from '../../backend/errors.ts';
import { type PredictRequest, predict } from '../../backend/exporting/predicting.ts';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import type { ImportOptions } from '../../backend/importing/options.ts';
import { requireLabels } from '../../backend/labels/labels.ts';
import { resolveModel } from '../../backend/models/resolve.ts';
import type { Project } from '../../backend/project/file.ts';
import { fusionFor, type Reading } from '../../backend/suggesting/fusing.ts';
import { projectPriors } from '../../backend/suggesting/priors.ts';
import { runModel, suggestingModel, trainedReading } from '../../backend/suggesting/suggestingModel.ts';
import type { Engine, LabelPriors } from '../../engine/index.ts';
import { deviceFor, notice, precisionOf, runNumber, withEngine, withProject } from '../context.ts';
import { withClasses, withDevice, withJson, withLabelReading, withReading } from '../options.ts';
import { print, problemLines } from '../output.ts';
import { withProgress } from '../progress.ts';

type Compute = Pick<PredictRequest, 'device' | 'precision' | 'signal' | 'onNotice'>;

interface Options extends ImportOptions {
  run?: string;
  model?: string;
  reading?: Reading;
  labels?: string;
  out: string;
  overwrite?: boolean;
  device: string;
  precision: string;
  json?: boolean;
}

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('label a file with a project, or with a model and labels')
    .usage(
      '<project> <file> --out <file> [options]\n       entail predict --model <dir> --labels labels.json <file> --out <file>',
    )
    .argument('<files...>', 'the project and the file; with --model only the file')
    .option('--run <run>', 'a training run of the project (default: the last one)')
    .option('--model <model>', 'folder, hub id or "default"')
    .option('--labels <file>', 'labels.json, with --model')
    .requiredOption('--out <file>', 'where to write the rows (JSONL)')
    .option('--overwrite', 'replace the output file');
  return withJson(withDevice(withClasses(withLabelReading(withReading(command))))).action(
    (files: string[], options: Options, self: Command) => {
      const withModel = options.model !== undefined && options.labels !== undefined;
      if (files.length !== (withModel ? 1 : 2)) {
        self.error('error: give a project and a file, or --model and --labels with a file.', { exitCode: 2 });
      }
      return withModel ? withModelAlone(files[0]!, options) : withProjectFile(files[0]!, files[1]!, options);
    },
  );
}

async function withModelAlone(file: string, options: Options): Promise<void> {
  const labels = await readLabelsFile(options.labels!);
  const { dir } = await resolveModel(options.model!);
  const predicted = labels.map((label) => ({ ...label, threshold: label.threshold ?? 0.5 }));
  const source = { dir, fusion: fusionFor(dir, options.reading) };
  await run(file, { source, labels: predicted }, options);
}

async function withProjectFile(path: string, file: string, options: Options): Promise<void> {
  if (!existsSync(file)) throw new BackendError('file_missing', `There is no file "${file}".`);
  await withProject(path, async (project) => {
    const { source, labels, priors } = await modelAndLabels(project, options);
    await run(file, { source, labels }, options, priors);
  });
}

async function modelAndLabels(project: Project, options: Options) {
  const id = options.run === undefined ? project.stores.settings.get('activeRun') : runNumber(options.run);
  if (options.model === undefined && id > 0) {
    if (options.reading === 'combined') throw trainedReading();
    return { source: await runModel(project, id), labels: project.stores.runs.labels(id) };
  }
  const own = requireLabels(project);
  const labels = own.map((label) => ({ ...label, threshold: 0.5 }));
  const source = await suggestingModel(project, options.model, options.reading);
  // What is usual for a label is learnt from the project's documents; a project without any learns from the file.
  if (!source.fusion || project.stores.documents.count() === 0) return { source, labels };
  const priors = (engine: Engine, compute: Compute) =>
    projectPriors(project, engine, source, { ...compute, labels: own });
  return { source, labels, priors };
}

async function run(
  file: string,
  { source, labels }: Pick<PredictRequest, 'source' | 'labels'>,
  { device, precision, out, overwrite, json, model: _, reading: __, ...reading }: Options,
  priors?: (engine: Engine, compute: Compute) => Promise<LabelPriors>,
): Promise<void> {
  const started = performance.now();
  const { documents, problems } = await withEngine(({ engine, signal }) =>
    withProgress('Predicting', async (progress) => {
      const { device: own } = await deviceFor(engine, { device }, 'suggesting');
      const compute = { device: own, precision: precisionOf({ precision }), onNotice: notice, signal };
      return predict(engine, {
        ...reading,
        file,
        out,
        overwrite: overwrite ?? false,
        source,
        labels,
        priors: await priors?.(engine, compute),
        ...compute,
        onProgress: (done, bytes, total) => progress.update(bytes, total, `${done} documents`),
      });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  print(json, { documents, labels: labels.length, seconds, out, problems }, () =>
    [
      `${documents} documents, ${labels.length} labels, ${seconds.toFixed(1)} s: ${out}`,
      ...(problems.length > 0 ? [`${problems.length} rows could not be read:`] : []),
      ...problemLines(problems),
    ].join('\n'),
  );
}
