import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { mustGet } from '../../process/must.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { entailHome } from '../files/home.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { createRandom } from '../random.ts';
import type { Device } from '../runtime/session.ts';
import type { EncodedExamples } from './examples.ts';
import { gradientCosine } from './gradientCosine.ts';
import type { TrainingOptions } from './plan.ts';
import { createStepper, type Stepper } from './step.ts';
import { createTrainables } from './trainables.ts';

/** Matrices with fewer weights than this together are fast enough as they are. */
const LEAST_WEIGHTS = 1_000_000;
/** Of the gradients with 8-bit weights and with float32 ones. */
const LEAST_COSINE = 0.95;
/** Of the time that float32 takes. */
const WORTHWHILE = 0.9;
const TEST_PAIRS = 4;
/** Odd. */
const TURNS = 5;

/** How 8-bit training compares with float32 on this machine. */
export interface GradientTest {
  readonly cosine: number;
  readonly floatMs: number;
  readonly quantizedMs: number;
}

/**
 * The precision of products with weights: frozen ones of adapters, or, in full fine-tuning, what the float32 weights are
 * rounded to for a step. 'auto' is int8 for adapters on the processor where a test with a few of the examples finds the
 * gradients alike and the step faster; the verdict is kept per processor and model in Entail's home, so that a resumed
 * run computes as it began.
 */
export async function trainingPrecision(
  prepared: PreparedModel,
  encoded: EncodedExamples,
  { options, device, home }: { options: TrainingOptions; device: Device; home?: string },
): Promise<'fp32' | 'int8'> {
  if (options.precision !== 'auto') return options.precision;
  if (options.method === 'full' || device !== 'cpu' || matrixWeights(prepared) < LEAST_WEIGHTS) return 'fp32';
  const verdicts = createVerdicts(home);
  const key = keyOf(prepared, options);
  const test = (await verdicts.find(key)) ?? (await testGradients(prepared, encoded, options));
  await verdicts.keep(key, test);
  return test.cosine >= LEAST_COSINE && test.quantizedMs <= WORTHWHILE * test.floatMs ? 'int8' : 'fp32';
}

const matrixWeights = ({ linears }: PreparedModel) =>
  linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);

/**
 * Runs one step both ways, with adapters that are not zero, so that all of them have a gradient. The two take turns, so
 * that other work on the machine slows both alike.
 */
export async function testGradients(
  prepared: PreparedModel,
  encoded: EncodedExamples,
  options: TrainingOptions,
): Promise<GradientTest> {
  const count = Math.min(TEST_PAIRS, encoded.lengths.length);
  const { tokens, targets } = encoded.batch([...Array(count).keys()], count);
  const opened = [];
  try {
    for (const precision of ['fp32', 'int8'] as const)
      opened.push(await testStepper(prepared, options, precision));
    const [float, quantized] = opened as [Stepper, Stepper];
    const timed = async (stepper: Stepper) => {
      const started = performance.now();
      await stepper.run(tokens, targets);
      return performance.now() - started;
    };
    const gradients = [];
    for (const stepper of opened) gradients.push((await stepper.run(tokens, targets)).gradients);
    const times: [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
      times[0].push(await timed(float));
      times[1].push(await timed(quantized));
    }
    return {
      cosine: gradientCosine(gradients[0]!, gradients[1]!),
      floatMs: median(times[0]),
      quantizedMs: median(times[1]),
    };
  } finally {
    for (const stepper of opened) await stepper.release();
  }
}

async function testStepper(
  prepared: PreparedModel,
  options: TrainingOptions,
  precision: 'fp32' | 'int8',
): Promise<Stepper> {
  const { training, parameters } = createTrainables(prepared, { ...options, precision }, createRandom(1));
  const random = createRandom(2);
  for (const { name, values } of parameters)
    if (name.endsWith('.lora_B')) values.set(values.map(() => random.normal() * 0.02));
  return createStepper(training, parameters, { threads: 1 });
}

/** Of an odd number of values. */
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[(values.length - 1) / 2]!;

/** Changes when 8-bit training computes in another way, so that old verdicts are not used. */
const VERSION = 3;
const Verdict = z.object({ cosine: z.number(), floatMs: z.number(), quantizedMs: z.number() });

function keyOf({ model, linears }: PreparedModel, { targets, rank, layers }: TrainingOptions): string {
  const hash = createHash('sha256').update(`${VERSION} ${cpus()[0]?.model} ${targets} ${rank} ${layers}`);
  for (const { weight } of linears) hash.update(mustGet(model.graph.initializers, weight, 'constant').bytes);
  return hash.digest('hex');
}

/** A small file per verdict; one that cannot be read or written is none. */
function createVerdicts(home?: string) {
  const folder = () => join(home ?? entailHome(), 'training-int8');
  const pathOf = (key: string) => join(folder(), `${key}.json`);
  return {
    async find(key: string): Promise<GradientTest | undefined> {
      try {
        return Verdict.parse(JSON.parse(await readFile(pathOf(key), 'utf8')));
      } catch {
        return undefined;
      }
    },
    async keep(key: string, test: GradientTest): Promise<void> {
      try {
        await mkdir(folder(), { recursive: true });
        const staging = temporaryBeside(pathOf(key));
        await writeFile(staging, JSON.stringify(test));
        await rename(staging, pathOf(key));
      } catch {
        // A full or read-only disk: the test is done again next time.
      }
    },
  };
}
