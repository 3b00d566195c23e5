import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { evaluateOn } from '../../backend/evaluating/goldFile.ts';
import { annotateFromFile } from '../../backend/importing/answers.ts';
import { importTexts } from '../../backend/importing/importing.ts';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { resolveChosen } from '../../backend/models/agreed.ts';
import { wholeName } from '../../backend/models/resolve.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { suggest } from '../../backend/suggesting/suggesting.ts';
import { train } from '../../backend/training/train.ts';
import type { Metrics } from '../../engine/index.ts';
import { personHere } from '../annotator.ts';
import { type Context, withEngine } from '../context.ts';
import { wholeNumber } from '../options.ts';
import { percent, table } from '../output.ts';
import { withProgress } from '../progress.ts';
import { say } from '../terminal.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'resources', 'sample');
const COMPUTE = { device: 'cpu', precision: 'auto' } as const;

/** The whole loop on the sample project, in the terminal: what `npm run demo` shows. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('the whole loop on the sample reviews: suggest, annotate, train, measure')
    .option('--model <model>', 'folder, hub id or "default"', wholeName, wholeName('default'))
    .option('--epochs <n>', 'of training', wholeNumber(1, 100), 5)
    .action((options: { model: string; epochs: number }) => withEngine((context) => demo(context, options)));
}

async function demo(context: Context, { model, epochs }: { model: string; epochs: number }): Promise<void> {
  await resolveChosen(model);
  const path = join(mkdtempSync(join(tmpdir(), 'entail-')), 'sample.entail');
  const project = createProject(path);
  try {
    await fill(project, model);
    say(
      `${path}: ${project.stores.documents.count()} reviews, ${project.stores.labels.all().length} labels.`,
    );
    await zeroShot(project, context);
    const before = await measure(project, context, 'Measuring the model as it is');
    await annotateFromFile(project, join(SAMPLE, 'train.jsonl'), { annotator: await personHere() });
    say('Annotated: every training review, as a person would have done.');
    const run = await learn(project, context, epochs);
    const after = await measure(project, context, 'Measuring the trained model');
    say(comparison(before, after));
    say(`\nThe project is ${path}. Next: npx entail export ${path} --run ${run} --to my-model`);
  } finally {
    project.close();
  }
}

async function fill(project: Project, model: string): Promise<void> {
  addLabels(project, await readLabelsFile(join(SAMPLE, 'labels.json')));
  project.write(() => project.stores.settings.set('model', model));
  await importTexts(project, join(SAMPLE, 'train.jsonl'));
}

async function zeroShot(project: Project, { engine, signal }: Context): Promise<void> {
  const started = performance.now();
  const scored = await withProgress('Suggesting', ({ update }) =>
    suggest(project, engine, { ...COMPUTE, signal, onProgress: update }),
  );
  say(
    `Suggested labels for ${scored.length} reviews in ${((performance.now() - started) / 1000).toFixed(1)} s.`,
  );
}

async function measure(project: Project, { engine, signal }: Context, text: string): Promise<Metrics> {
  const file = join(SAMPLE, 'test.jsonl');
  return withProgress(text, ({ update }) =>
    evaluateOn(project, engine, {
      ...COMPUTE,
      file,
      absent: 'no',
      threshold: 0.5,
      signal,
      onProgress: update,
    }),
  );
}

async function learn(project: Project, { engine, signal }: Context, epochs: number): Promise<number> {
  const { run, report } = await withProgress('Training', ({ update }) =>
    train(project, engine, {
      options: { epochs },
      device: COMPUTE.device,
      listener: {
        signal,
        onStep: ({ step, steps, loss }) =>
          update(step, steps, `step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
      },
    }),
  );
  const { pairs, seconds = 0, examplesPerSecond = 0 } = report;
  say(
    `Trained on ${pairs} pairs in ${seconds.toFixed(0)} s (${examplesPerSecond.toFixed(0)} pairs per second).`,
  );
  return run;
}

/** Per label and in all, F1 before and after. */
export function comparison(before: Metrics, after: Metrics): string {
  const row = (name: string, a: number, b: number, support = '') => [name, support, percent(a), percent(b)];
  return table(
    ['on unseen reviews', 'support', 'F1 before', 'F1 after'],
    [
      ...before.labels.map((l, i) => row(l.name, l.f1, after.labels[i]!.f1, String(l.support))),
      row('macro F1', before.macro.f1, after.macro.f1),
      row('micro F1', before.micro.f1, after.micro.f1),
      row('mean average precision', before.meanAveragePrecision, after.meanAveragePrecision),
    ],
  );
}
