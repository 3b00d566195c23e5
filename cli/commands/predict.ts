import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { doubtsIn } from '../../backend/documents/unconfirmed.ts';
import { BackendError } from '../../backend/errors.ts';
import { exportedReading } from '../../backend/exporting/exportedReading.ts';
import { type PredictRequest, predict } from '../../backend/exporting/predicting.ts';
import { ENDINGS_OF_TABLES, tableFormatFor } from '../../backend/exporting/results/all.ts';
import { writeAtomically } from '../../backend/files/atomic.ts';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import type { ImportOptions } from '../../backend/importing/options.ts';
import { refusedRows } from '../../backend/importing/refused.ts';
import { requireLabels } from '../../backend/labels/labels.ts';
import { resolveModel, wholeName } from '../../backend/models/resolve.ts';
import type { Project } from '../../backend/project/file.ts';
import { fusionFor, type Reading } from '../../backend/suggesting/fusing.ts';
import { learntReading } from '../../backend/suggesting/learning/learntReading.ts';
import { projectPriors } from '../../backend/suggesting/priors.ts';
import { priorPrecision } from '../../backend/suggesting/scorers.ts';
import { runModel, suggestingModel, trainedReading } from '../../backend/suggesting/suggestingModel.ts';
import { thresholdsOf, untaughtThresholds } from '../../backend/suggesting/thresholds.ts';
import type { Engine, LabelPriors } from '../../engine/index.ts';
import { deviceFor, notice, precisionOf, readProject, runNumber, withEngine } from '../context.ts';
import { doubtIn } from '../doubt.ts';
import { tellEnding } from '../ending.ts';
import { foreignInWords } from '../foreignInWords.ts';
import { many } from '../many.ts';
import { withClasses, withDevice, withJson, withLabelReading, withReading } from '../options.ts';
import { print, problemLines, refusedTaken, whichIn } from '../output.ts';
import { withProgress } from '../progress.ts';
import { fileInWords } from '../readingInWords.ts';

type Compute = Pick<PredictRequest, 'device' | 'precision' | 'signal' | 'onNotice'>;

interface Options extends ImportOptions {
  run?: string;
  model?: string;
  reading?: Reading;
  labels?: string;
  out: string;
  overwrite?: boolean;
  refused?: string;
  device: string;
  precision: string;
  json?: boolean;
}

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('label a file with a project, or with a model and labels')
    .usage(
      '<project> <file> --out <file> [options]\n       entail predict --model <dir> --labels labels.json <file> --out <file>\n       entail predict --model <exported folder> <file> --out <file>',
    )
    .argument('<files...>', 'the project and the file; with --model only the file')
    .option(
      '--run <run>',
      'a training run of the project (default: the one that suggests now, else the model)',
    )
    .option('--model <model>', 'folder, hub id or "default"', wholeName)
    .option(
      '--labels <file>',
      'labels.json, with --model; without it, an exported folder gives what its project suggested',
    )
    .requiredOption(
      '--out <file>',
      'where to write the rows: .xlsx, .csv, .parquet or .jsonl; ended, the same command goes on',
      ofTable,
    )
    .option('--overwrite', 'replace the output file')
    .option('--refused <file>', 'write the rows that are refused to this file');
  return withJson(withDevice(withClasses(withLabelReading(withReading(command))))).action(
    (files: string[], options: Options, self: Command) => {
      const [first, second, ...more] = files;
      const { model, labels } = options;
      if (first !== undefined && more.length === 0) {
        if (model !== undefined && labels !== undefined && second === undefined)
          return withModelAlone(first, { model, labels }, options);
        if (model !== undefined && second === undefined) return withExported(first, model, options);
        if ((model === undefined || labels === undefined) && second !== undefined)
          return withProjectFile(first, second, options);
      }
      return self.error('error: give a project and a file, or --model with a file.', {
        exitCode: 2,
      });
    },
  );
}

/** Before a model is loaded for it. */
function ofTable(out: string): string {
  if (tableFormatFor(out) === undefined) throw new InvalidArgumentError(ENDINGS_OF_TABLES);
  return out;
}

async function withModelAlone(
  file: string,
  asked: { readonly model: string; readonly labels: string },
  options: Options,
): Promise<void> {
  const labels = await readLabelsFile(asked.labels);
  const { dir } = await resolveModel(asked.model);
  const predicted = labels.map((label) => ({ ...label, threshold: label.threshold ?? 0.5 }));
  const source = { dir, fusion: fusionFor(dir, options.reading) };
  await run(file, { source, labels: predicted }, options);
}

/** As the project did that the folder was exported from. */
async function withExported(file: string, model: string, options: Options): Promise<void> {
  const { dir } = await resolveModel(model);
  const exported = options.reading === undefined ? await exportedReading(dir) : null;
  if (exported === null) {
    throw new BackendError(
      'labels_missing',
      `The model "${model}" does not say what to suggest: ${options.reading === undefined ? 'it was not exported with what decisions taught' : 'with --reading it is read alone'}.`,
      'Name a file with labels by --labels, as labels.json of an exported folder.',
    );
  }
  const { source, labels, learnt, priors, basis } = exported;
  await run(file, { source, labels, learnt, basis }, options, priors && (async () => priors));
}

async function withProjectFile(path: string, file: string, options: Options): Promise<void> {
  if (!existsSync(file)) throw new BackendError('file_missing', `There is no file "${file}".`);
  await readProject(path, async (project) => {
    const { priors, ...found } = await modelAndLabels(project, options);
    const doubt = asTheProject(options) ? doubtIn(await doubtsIn(project), 'go by the probabilities') : null;
    if (doubt !== null) notice(doubt);
    await run(file, found, options, priors);
  });
}

/** As the project's own suggestions are read; a model that is named is read as it is. */
const asTheProject = ({ run, model, reading }: Options): boolean =>
  [run, model, reading].every((one) => one === undefined);

/** Labels are those of today, with the names, sentences and thresholds of today, whatever a run learnt them as. */
async function modelAndLabels(project: Project, options: Options) {
  const { settings, annotations, documents } = project.stores;
  const asked = options.run === undefined ? settings.get('activeRun') : runNumber(options.run);
  const id = options.model === undefined ? asked : 0;
  if (id > 0 && options.reading === 'combined') throw trainedReading();
  const own = requireLabels(project);
  const source =
    id > 0 ? await runModel(project, id) : await suggestingModel(project, options.model, options.reading);
  const ofProject = asTheProject(options);
  const learnt = ofProject ? await learntReading(project, notice) : undefined;
  const thresholds = learnt ? thresholdsOf(project) : untaughtThresholds(project, id);
  const labels = own.map((label, i) => ({ ...label, threshold: thresholds[i]! }));
  const basis = [
    asked,
    options.model ?? null,
    options.reading ?? null,
    annotations.lastRevision(),
    documents.count(),
  ];
  const found = { source, labels, learnt, basis };
  // What is usual for a label is learnt from the project's documents; a project without any learns from the file.
  if (!source.fusion || documents.count() === 0) return { ...found, priors: undefined };
  const priors = (engine: Engine, compute: Compute) => {
    const precision = priorPrecision(learnt, compute.precision);
    return projectPriors(project, engine, source, { ...compute, precision, labels: own });
  };
  return { ...found, priors };
}

async function run(
  file: string,
  given: Pick<PredictRequest, 'source' | 'labels' | 'learnt' | 'basis'>,
  { device, precision, out, overwrite, refused, json, model: _, reading: __, ...reading }: Options,
  priors?: (engine: Engine, compute: Compute) => Promise<LabelPriors>,
): Promise<void> {
  if (refused !== undefined && existsSync(refused)) throw refusedTaken(refused);
  const started = performance.now();
  const {
    documents,
    resumed,
    foreign,
    notes: found,
    problems,
    moreProblems,
    file: read,
  } = await withEngine(({ engine, signal }) =>
    withProgress('Predicting', async (progress) => {
      const { device: own } = await deviceFor(engine, { device }, 'suggesting');
      const compute = { device: own, precision: precisionOf({ precision }), onNotice: notice, signal };
      return predict(engine, {
        ...reading,
        file,
        out,
        overwrite: overwrite ?? false,
        ...given,
        priors: await priors?.(engine, compute),
        ...compute,
        onProgress: (done, bytes, total) => progress.update(bytes, total, many(done, 'document')),
      });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const count = problems.length + moreProblems;
  const rows = refused === undefined ? null : refusedRows(problems);
  if (rows !== null && refused !== undefined) {
    await writeAtomically(refused, [rows.text], { overwrite: false });
    tellEnding(refused, rows.ending);
  }
  const listed = problems.map(({ row: __, ...problem }) => problem);
  const labels = given.labels.length;
  const notes = foreign === null ? found : [...found, foreignInWords(foreign)];
  const report = {
    documents,
    resumed,
    labels,
    seconds,
    out,
    file: read,
    notes,
    problems: listed,
    moreProblems,
  };
  print(json, report, () =>
    [
      fileInWords(read),
      `${many(documents, 'document')}, ${many(given.labels.length, 'label')}, ${seconds.toFixed(1)} s: ${out}`,
      ...(resumed > 0
        ? [`${many(resumed, 'of them was', 'of them were')} there from before it was ended.`]
        : []),
      ...notes,
      ...(count > 0
        ? [`${many(count, 'row could not be read and is', 'rows could not be read and are')} left out:`]
        : []),
      ...problemLines(problems, moreProblems),
      ...(rows === null ? [] : [`${whichIn(rows.count, count)} in ${refused}.`]),
    ].join('\n'),
  );
}
