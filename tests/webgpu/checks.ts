import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportModel } from '../../engine/export/modelFolder.ts';
import { scoreTexts, type TextScores } from '../../engine/inference/score.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { createAdamW } from '../../engine/optim/adamw.ts';
import { createRandom } from '../../engine/random.ts';
import type { Device } from '../../engine/runtime/session.ts';
import { createDeviceUpdater } from '../../engine/train/device.ts';
import { encodeExamples } from '../../engine/train/examples.ts';
import { fineTune, type TrainingRequest, type TrainingResult } from '../../engine/train/loop.ts';
import { trainingOptions } from '../../engine/train/plan.ts';
import { createTrainables, mergeTrained } from '../../engine/train/trainables.ts';
import { exportRequest } from '../engine/export/request.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

/** Trains on the CPU and on the WebGPU device with the same seed, and compares losses, weights and exports. */
const STEPS = 20;
const texts = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const hypotheses = ['this is about shipping .', 'this is about price .'];
const examples = Array.from({ length: 40 }, (_, i) => ({
  premise: texts[i % 4]!,
  hypothesis: hypotheses[i % 2]!,
  target: i % 3 === 0 ? ('entailment' as const) : ('contradiction' as const),
}));

let passed = 0;
let failed = 0;
function check(what: string, error: number, tolerance: number): void {
  const ok = error <= tolerance;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: off by ${error.toExponential(2)}, may be ${tolerance}`);
  if (ok) passed += 1;
  else failed += 1;
}

const work = mkdtempSync(join(tmpdir(), 'entail-webgpu-'));
try {
  const tiny = join(work, 'tiny');
  writeTinyModel(tiny);
  const model = await loadNliModel(tiny);
  await checkTraining('tiny, LoRA', model, { method: 'lora', batchSize: 8 });
  await checkTraining('tiny, full', model, { method: 'full', batchSize: 4, accumulation: 2 });
  await checkResume(model);
  await checkResidence(model);
  await checkLossScale(model);
  await checkExport(model);
  const fixtures = resolve(
    process.env.ENTAIL_FIXTURES ?? join(import.meta.dirname, '../../../shared/fixtures/models'),
  );
  const bert = join(fixtures, 'bert-opset14');
  if (existsSync(bert)) await checkTraining('bert-opset14, LoRA', await loadNliModel(bert), { batchSize: 4 });
  else {
    console.log(`bert-opset14 was not found in ${fixtures}: only the tiny model was checked.`);
    if (process.env.CI) failed += 1;
  }
} catch (error) {
  console.log(`FAIL ${error instanceof Error ? error.message : String(error)}`);
  failed += 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

type Options = Parameters<typeof trainingOptions>[0];

/** Trains; a device that was left for the CPU is an error here. */
async function train(
  model: NliModel,
  device: Device,
  given: Options,
  more: Partial<TrainingRequest> = {},
): Promise<TrainingResult> {
  const options = trainingOptions({ precision: 'fp32', ...given, epochs: 100, maxSteps: STEPS, seed: 3 });
  const onNotice = (text: string) => {
    throw new Error(text);
  };
  const result = await fineTune(model, { examples, options, device, onNotice, ...more });
  if (result.device !== device) throw new Error(`Training ended on ${result.device}, not on ${device}.`);
  return result;
}

async function checkTraining(what: string, model: NliModel, given: Options): Promise<void> {
  const cpu = await train(model, 'cpu', given);
  const gpu = await train(model, 'webgpu', given);
  if (gpu.losses.length !== STEPS) throw new Error(`${what}: ${gpu.losses.length} steps were done.`);
  check(`${what}: ${STEPS} losses`, largest([cpu.losses], [gpu.losses]), 1e-4);
  // Biases of attention keys have no gradient: Adam amplifies the noise in its place, so their values may differ.
  const names = [...cpu.values.keys()].filter((name) => !/key\.bias$/.test(name));
  check(`${what}: weights read back`, largest(arraysOf(cpu, names), arraysOf(gpu, names)), 1e-4);
  const { rank, alpha } = trainingOptions({});
  const scores = async ({ values }: TrainingResult, device: Device) =>
    scoreTexts(model, { texts, hypotheses, device }, mergeTrained(model.prepared, { values, rank, alpha }));
  const expected = await scores(cpu, 'cpu');
  check(`${what}: merged, probabilities on the CPU`, differences(expected, await scores(gpu, 'cpu')), 1e-4);
  check(`${what}: merged, on WebGPU`, differences(expected, await scores(gpu, 'webgpu')), 1e-4);
}

function arraysOf({ values }: TrainingResult, names: readonly string[]): Float32Array[] {
  return names.map((name) => values.get(name)!);
}

async function checkResume(model: NliModel): Promise<void> {
  const whole = await train(model, 'webgpu', { batchSize: 8 });
  const stop = new AbortController();
  const checkpoints = { dir: join(work, 'checkpoints'), every: 5 };
  const onStep = ({ step }: { step: number }) => (step === 8 ? stop.abort() : undefined);
  const stopped = await train(model, 'webgpu', { batchSize: 8 }, { checkpoints, onStep, signal: stop.signal })
    .then(() => 'ran to its end')
    .catch((error: { code?: string }) => error.code);
  if (stopped !== 'cancelled') throw new Error(`A cancelled run ${stopped}.`);
  const steps: number[] = [];
  const resumed = await train(
    model,
    'webgpu',
    { batchSize: 8 },
    { checkpoints, onStep: ({ step }) => steps.push(step) },
  );
  if (steps[0] !== 9) throw new Error(`The resumed run began with step ${steps[0]}.`);
  check('a run stopped at step 8 and resumed: losses', largest([whole.losses], [resumed.losses]), 1e-6);
}

/** The parameters in this process stay as they were until they are read back. */
async function checkResidence(model: NliModel): Promise<void> {
  const parts = updaterParts(model);
  const { parameters } = parts;
  const before = parameters.map((p) => p.values.slice());
  const updater = await createDeviceUpdater(parts);
  const values = () => parameters.map((p) => p.values);
  await updater.step([[0, 1, 2]], 1e-2);
  await updater.step([[3, 4, 5]], 1e-2);
  check('weights here while they are on the device', largest(before, values()), 0);
  await updater.readBack();
  const moved = largest(before, values());
  check('weights here after reading back (as 1 / change)', 1 / moved, 1e3);
  await updater.release();
}

function updaterParts(model: NliModel) {
  const { training, parameters } = createTrainables(model.prepared, trainingOptions({}), createRandom(1));
  const optimizer = createAdamW(parameters);
  return { training, parameters, optimizer, encoded: encodeExamples(model, examples, 32), clipNorm: 1 };
}

/** A step whose scaled loss overflows changes nothing and is done again with a smaller scale. */
async function checkLossScale(model: NliModel): Promise<void> {
  const lossScale = {
    scale: Number.POSITIVE_INFINITY,
    note(finite: boolean): boolean {
      if (!finite) this.scale = 1024;
      return !finite;
    },
  };
  const runs: ArrayLike<number>[][] = [];
  for (const extra of [{}, { lossScale }]) {
    const parts = updaterParts(model);
    const updater = await createDeviceUpdater({ ...parts, ...extra });
    const result = await updater.step([[0, 1, 2]], 1e-2);
    if (result === 'aborted') throw new Error('A step was aborted that nobody aborted.');
    await updater.readBack();
    await updater.release();
    runs.push([...parts.parameters.map((p) => p.values), [result.loss, result.norm]]);
  }
  check('a step repeated with a smaller loss scale', largest(runs[0]!, runs[1]!), 1e-5);
  check('the scale of the step that counted', Math.abs(lossScale.scale - 1024), 0);
}

/** A folder exported after training on the device answers as the folder of the CPU's training. */
async function checkExport(model: NliModel): Promise<void> {
  const answers: TextScores[][] = [];
  for (const device of ['cpu', 'webgpu'] as const) {
    const { values } = await train(model, device, { batchSize: 8 });
    const { rank, alpha } = trainingOptions({});
    const to = join(work, `exported-${device}`);
    await exportModel(model, mergeTrained(model.prepared, { values, rank, alpha }), exportRequest(to));
    answers.push(await scoreTexts(await loadNliModel(to), { texts, hypotheses }));
  }
  check('the exported folder', differences(answers[0]!, answers[1]!), 1e-4);
}

function differences(a: readonly TextScores[], b: readonly TextScores[]): number {
  const rows = (scores: readonly TextScores[]) => scores.map((s) => s.probabilities);
  return largest(rows(a), rows(b));
}

function largest(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  let most = 0;
  a.forEach((row, r) => {
    for (let i = 0; i < row.length; i++) {
      const difference = Math.abs(row[i]! - b[r]![i]!);
      most = Number.isFinite(difference) ? Math.max(most, difference) : Number.POSITIVE_INFINITY;
    }
  });
  return most;
}
