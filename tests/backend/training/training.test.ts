import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { evaluationOf } from '../../../backend/evaluating/evaluation.ts';
import { judgedDocuments } from '../../../backend/evaluating/judging.ts';
import { exportRun } from '../../../backend/exporting/exportModel.ts';
import { updateLabel } from '../../../backend/labels/changes.ts';
import { modelDigest } from '../../../backend/models/digest.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { suggestionsFor } from '../../../backend/suggesting/reader.ts';
import { staleSuggestions } from '../../../backend/suggesting/staleness.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { planTraining } from '../../../backend/training/plan.ts';
import { runFolder } from '../../../backend/training/runFolder.ts';
import { activateRun } from '../../../backend/training/runs.ts';
import { resume, train } from '../../../backend/training/train.ts';
import { createRandom, type Engine, evaluate, FIGURES, trainingOptions } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';
import { right, trainedTo } from '../../support/trainedTo.ts';

const OPTIONS = { epochs: 12, batchSize: 8, learningRate: 1e-2, seed: 3 };
const request = { options: OPTIONS, device: 'cpu' as const };

test('training stores weights, thresholds and figures, and its run suggests from then on', async () => {
  const { project, engine } = annotatedProject();
  const compute = { device: 'cpu', precision: 'fp32' } as const;
  const { run, report } = await train(project, engine, request);
  expect(report.losses!.at(-1)!).toBeLessThan(report.losses![0]!);
  expect(report.heldOutDocuments).toBe(8);
  expect(report.documents).toBe(32);
  expect(report.metrics!.labels.map(({ name }) => name)).toEqual(['shipping', 'price']);
  expect(project.stores.runs.get(run)).toMatchObject({ status: 'done', report });
  expect(project.stores.runs.labels(run)).toHaveLength(2);
  expect(project.stores.settings.get('activeRun')).toBe(run);
  expect(existsSync(runFolder(project, run))).toBe(false);
  expect(await suggest(project, engine, compute)).toHaveLength(40);
  const trained = suggestionsFor(project, 1);
  expect(await suggest(project, engine, compute)).toHaveLength(0);
  activateRun(project, 0);
  expect(await suggest(project, engine, compute)).toHaveLength(40);
  expect(suggestionsFor(project, 1)).not.toEqual(trained);
});

const sides = (scores: Float32Array) => Array.from(scores, (p) => (p > 0.5 ? 1 : 0));

test('every document is judged by a model that had not learnt from it', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const labels = project.stores.labels.all();
  const untrained = new Map((await judgedDocuments(project, labels)).map((one) => [one.id, one.scores]));
  const { run } = await train(project, trainedTo(engine, right), request);
  const judged = await judgedDocuments(project, labels);
  expect(judged).toHaveLength(40);
  const learnt = project.stores.runs.learntFrom(run);
  expect(learnt.size).toBe(32);
  for (const { id, from, scores, gold } of judged) {
    expect(from).toBe(learnt.has(id) ? 'before' : 'held out');
    if (learnt.has(id)) expect(scores).toEqual(untrained.get(id));
    else expect(sides(scores)).toEqual([...gold]);
  }

  // A second run: what it learns from and the first did not is judged by the first.
  const second = await train(project, trainedTo(engine, right), {
    ...request,
    options: { ...OPTIONS, seed: 9 },
  });
  const again = await judgedDocuments(project, labels);
  const both = project.stores.runs.learntFrom(second.run);
  for (const { id, from, scores, gold } of again) {
    expect(from).toBe(both.has(id) ? 'before' : 'held out');
    if (both.has(id) && learnt.has(id)) expect(scores).toEqual(untrained.get(id));
    else expect(sides(scores)).toEqual([...gold]);
  }

  // A reworded label has no score of before; the others have.
  updateLabel(project, { id: labels[0]!.id, hypotheses: ['It is about the shipping.'] });
  const reworded = await judgedDocuments(project, project.stores.labels.all());
  expect(reworded.every(({ decided }) => decided[0] === 0 && decided[1] === 1)).toBe(true);
});

test('the run list and Evaluate show the same figure for the same documents, or say what is different', async () => {
  const { project, engine, model } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const uneven = (gold: Uint8Array) => Float32Array.from(gold, (yes, i) => (yes ? 0.5 : 0.3) + 0.1 * i);
  const { report } = await train(project, trainedTo(engine, uneven), request);
  const file = join(model, 'model.onnx');
  const graph = readFileSync(file);
  // Without the model as it came nothing but the run suggests.
  rmSync(file);
  const evaluation = (await evaluationOf(project))!;
  expect(evaluation).toMatchObject({ on: 'held-out', documents: 8, decidedSince: 0, taughtBy: 0 });
  expect(evaluation.macro!.f1).toBe(report.metrics!.macro.f1);
  expect(evaluation.labels.map(({ figures }) => figures!.f1)).toEqual(
    report.metrics!.labels.map(({ f1 }) => f1),
  );
  // Every figure of one number that the engine has, beside the averages.
  const singles = Object.fromEntries(evaluation.figures.map(({ name, value }) => [name, value]));
  expect(Object.keys(singles)).toEqual(FIGURES.map(({ name }) => name));
  expect(singles).toEqual(report.metrics!.figures);
  const within = Object.fromEntries(evaluation.figures.map(({ name, interval }) => [name, interval]));
  expect(within).toEqual(report.metrics!.figureIntervals);
  expect(report.metrics!.macro.intervals).toEqual(evaluation.macro!.intervals);
  expect(report.metrics!.labels.map(({ intervals }) => intervals)).toEqual(
    evaluation.labels.map(({ figures }) => figures!.intervals),
  );
  expect(evaluation.learning).toMatchObject([{ f1Interval: evaluation.macro!.intervals.f1 }]);
  const { low, high } = evaluation.macro!.intervals.f1;
  expect(high - low).toBeGreaterThan(0.1);
  writeFileSync(file, graph);
  expect(await evaluationOf(project)).toMatchObject({ on: 'held-out', documents: 8, taughtBy: 40 });
});

test('the model card and labels.json say what the list of runs says', async () => {
  const { project, engine } = annotatedProject();
  const { run, report } = await train(project, engine, request);
  const to = join(temporaryFolder(), 'out');
  await exportRun(project, engine, { run, to });
  const { macro, labels } = report.metrics!;
  const percent = (share: number) => (100 * share).toFixed(1);
  const card = readFileSync(join(to, 'README.md'), 'utf8');
  const rowOf = (name: string) => card.split('\n').findLast((line) => line.startsWith(`| ${name} `)) ?? '';
  for (const [name, { precision, recall, f1 }] of [
    ...labels.map((label) => [label.name, label] as const),
    ['macro average', macro] as const,
  ])
    for (const share of [precision, recall, f1]) expect(rowOf(name)).toContain(percent(share));
  const kept = JSON.parse(readFileSync(join(to, 'labels.json'), 'utf8'));
  const own = project.stores.runs.labels(run).map(({ name, threshold }) => ({ name, threshold }));
  expect(kept).toMatchObject(own);
});

test('figures of a run are not those at thresholds that the same documents chose', async () => {
  const { project, engine } = annotatedProject();
  // Scores that say nothing: whatever a threshold finds in them is chance, and does not hold for another document.
  const random = createRandom(5);
  let kept: { gold: Uint8Array; scores: Float32Array }[] = [];
  const chance = (gold: Uint8Array) => {
    const scores = Float32Array.from(gold, () => random.uniform());
    kept = [...kept, { gold, scores }];
    return scores;
  };
  const { run, report } = await train(project, trainedTo(engine, chance), request);
  const thresholds = project.stores.runs.labels(run).map(({ threshold }) => threshold);
  const tuned = evaluate({
    gold: kept.map(({ gold }) => gold),
    decided: kept.map(({ gold }) => gold.map(() => 1)),
    scores: kept.map(({ scores }) => scores),
    labelNames: ['shipping', 'price'],
    thresholds,
  });
  expect(tuned.macro.f1 - report.metrics!.macro.f1).toBeGreaterThan(0.05);
  expect((await evaluationOf(project))!.learning).toMatchObject([{ macroF1: report.metrics!.macro.f1 }]);
});

test('two trainings with one seed give the same bytes, another seed others', async () => {
  const { project, engine } = annotatedProject();
  const bytes = async (seed: number) => {
    const { run } = await train(project, engine, { ...request, options: { ...OPTIONS, seed } });
    return project.stores.runs.weights(run)!.toString('hex');
  };
  const first = await bytes(3);
  expect(await bytes(3)).toBe(first);
  expect(await bytes(4)).not.toBe(first);
});

test('how long a run took, and the next will take, has the tuning of embeddings and the figures in it', async () => {
  const { project, engine } = annotatedProject();
  const slow: Engine = {
    ...trainedTo(engine, right),
    tune: async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return engine.tune(...asked);
    },
  };
  const { report } = await train(project, slow, request);
  expect(report.besideSeconds).toBeGreaterThanOrEqual(0.6);
  expect(report.seconds).toBe(1 + report.besideSeconds!);
  expect(report.afterSeconds).toBeGreaterThanOrEqual(0.6);
  const plan = planTraining(project, { method: 'lora', epochs: 1, seed: 3 }, { running: false });
  // One pair in a second, says the engine.
  expect(plan.seconds).toBeCloseTo(plan.pairs + report.besideSeconds!, 6);
  const told: (number | null)[] = [];
  const onStart = (_id: number, { afterSeconds }: { afterSeconds: number | null }) => told.push(afterSeconds);
  await train(project, trainedTo(engine, right), { ...request, listener: { onStart } });
  expect(told).toEqual([report.afterSeconds]);
});

test('58, 60: a cancelled run is resumed on its own data and equals an uninterrupted one', async () => {
  const { project, engine } = annotatedProject();
  const whole = await train(project, engine, request);
  const stop = new AbortController();
  const steps: number[] = [];
  const listener = {
    signal: stop.signal,
    onStep: ({ step }: { step: number }) => {
      steps.push(step);
      if (step === 23) stop.abort();
    },
  };
  await expect(train(project, engine, { ...request, listener })).rejects.toMatchObject({ code: 'cancelled' });
  const run = project.stores.runs.all().at(-1)!;
  expect(run.status).toBe('cancelled');
  const [label] = project.stores.labels.all();
  annotate(project, 'bob', [decided(1, { yes: [], no: [label!.id] })]);
  // As if the first part had taken long: the whole is what is told of the run.
  const manifest = join(runFolder(project, run.id), 'checkpoint.json');
  const kept = JSON.parse(readFileSync(manifest, 'utf8'));
  expect(kept.seconds).toBeGreaterThan(0);
  writeFileSync(manifest, JSON.stringify({ ...kept, seconds: 1000 }));
  const began: unknown[] = [];
  const onStart = (_id: number, { past }: { past: unknown }) => void began.push(past);
  const resumed = await resume(project, engine, { run: run.id, listener: { onStart } });
  // What a page draws of a run that goes on begins with the run, not with the going on.
  expect(began).toEqual([
    {
      losses: whole.report.losses!.slice(0, steps.length),
      evaluations: whole.report.evaluations!.filter(({ step }) => step <= steps.length),
    },
  ]);
  expect(resumed.report.losses).toEqual(whole.report.losses);
  expect(resumed.report.seconds).toBeGreaterThan(1000);
  expect(project.stores.runs.weights(run.id)).toEqual(project.stores.runs.weights(whole.run));
  await expect(resume(project, engine, { run: run.id })).rejects.toMatchObject({ code: 'run_done' });
});

test('54: an engine killed in the middle is started again and the result is the same', async () => {
  const { project, engine } = annotatedProject();
  const whole = await train(project, engine, request);
  let restarts = 0;
  const listener = {
    onStep: ({ step }: { step: number }) => {
      if (step === 25 && restarts === 0) process.kill(engine.pid!, 'SIGKILL');
    },
    onRestart: () => {
      restarts += 1;
    },
  };
  const again = await train(project, engine, { ...request, listener });
  expect(restarts).toBe(1);
  expect(again.report.losses).toEqual(whole.report.losses);
  expect(project.stores.runs.weights(again.run)).toEqual(project.stores.runs.weights(whole.run));
});

test('a copy of a project takes up nothing of a stopped run of the other, and removes nothing of it', async () => {
  const { project, engine } = annotatedProject();
  const copy = join(temporaryFolder(), 'copy.entail');
  project.close();
  copyFileSync(project.path, copy);
  const [here, there] = [project.path, copy].map((path) => openProject(path));
  onTestFinished(() => [here, there].forEach((opened) => void opened!.close()));
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => step === 23 && stop.abort();
  const listener = { signal: stop.signal, onStep };
  await expect(train(here!, engine, { ...request, listener })).rejects.toMatchObject({ code: 'cancelled' });

  const other = { ...request, options: { ...OPTIONS, seed: 4 } };
  const first = await train(there!, engine, other);
  expect(first.run).toBe(here!.stores.runs.all().at(-1)!.id);
  const again = await train(there!, engine, other);
  expect(first.report.losses).toEqual(again.report.losses);

  const resumed = await resume(here!, engine, { run: first.run });
  const whole = await train(here!, engine, request);
  expect(resumed.report.losses).toEqual(whole.report.losses);
});

test('a run whose checkpoints are gone says so', async () => {
  const { project, engine, model } = annotatedProject();
  const digest = await modelDigest(model);
  const run = project.write(() =>
    project.stores.runs.add({
      model: project.stores.settings.get('model'),
      modelDigest: digest,
      options: trainingOptions({}),
      revisionId: 1,
      startedAt: '',
    }),
  );
  await expect(resume(project, engine, { run })).rejects.toThrow('its checkpoints are not on this machine');
  await expect(resume(project, engine, { run: 99 })).rejects.toThrow('no run 99');
});

test('a run whose model is another now is refused, what it suggested stays, and the model may come back', async () => {
  const { project, engine, model } = annotatedProject();
  const { run } = await train(project, engine, request);
  const compute = { device: 'cpu', precision: 'auto' } as const;
  await suggest(project, engine, compute);
  project[DATABASE].prepare('DELETE FROM evidence WHERE document_id = 1').run();
  project.stores.evidence.columns.forget();
  const labels = project.stores.labels.all();
  const judged = await judgedDocuments(project, labels);
  // What the run held out; what it learnt from has no suggestion of before.
  expect(judged).toHaveLength(8);

  writeTinyModel(model, 8);
  const refused = {
    code: 'base_model_changed',
    message: `Run ${run} can't be used: its model "${model}" is not the one that it was trained from any more.`,
  };
  await expect(suggest(project, engine, compute)).rejects.toMatchObject(refused);
  const to = join(temporaryFolder(), 'exported');
  await expect(exportRun(project, engine, { run, to })).rejects.toMatchObject(refused);
  expect(await judgedDocuments(project, labels)).toEqual(judged);
  expect(await staleSuggestions(project)).toEqual({ done: 39, total: 40 });

  writeTinyModel(model);
  expect(await suggest(project, engine, compute)).toHaveLength(1);
});

test('an export that is stopped ends at once and leaves no folder', async () => {
  const { project, engine } = annotatedProject();
  const { run } = await train(project, engine, request);
  const folder = temporaryFolder();
  const stop = new AbortController();
  const exporting = exportRun(project, engine, { run, to: join(folder, 'out'), signal: stop.signal });
  stop.abort();
  await expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(folder)).toEqual([]);

  const later = new AbortController();
  const half = exportRun(project, engine, { run, to: join(folder, 'out'), signal: later.signal });
  const outcome = half.catch((error: unknown) => error);
  while (!readdirSync(folder).some((name) => name.startsWith('out.partial-'))) await nextTurn();
  later.abort();
  expect(await outcome).toMatchObject({ code: 'cancelled' });
  expect(readdirSync(folder)).toEqual([]);
  const { files } = await exportRun(project, engine, { run, to: join(folder, 'out') });
  expect(readdirSync(join(folder, 'out'))).toEqual(expect.arrayContaining(files.slice(0, 1)));
});

test('a run is not resumed on another model', async () => {
  const { project, engine, model } = annotatedProject();
  const stop = new AbortController();
  const listener = { signal: stop.signal, onStep: () => stop.abort() };
  await expect(train(project, engine, { ...request, listener })).rejects.toMatchObject({ code: 'cancelled' });
  writeTinyModel(model, 8);
  const [run] = project.stores.runs.all();
  await expect(resume(project, engine, { run: run!.id })).rejects.toMatchObject({
    code: 'base_model_changed',
  });
  expect(project.stores.runs.get(run!.id)!.status).toBe('cancelled');
});

test('a run that does not know its model is taken as it is', async () => {
  const { project, engine, model } = annotatedProject();
  const { run } = await train(project, engine, request);
  project[DATABASE].prepare("UPDATE runs SET options = json_remove(options, '$.modelDigest')").run();
  expect(project.stores.runs.get(run)!.modelDigest).toBeUndefined();
  writeTinyModel(model, 8);
  expect(await suggest(project, engine, { device: 'cpu', precision: 'fp32' })).toHaveLength(40);
});
