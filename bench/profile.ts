import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Model } from '../engine/graph/graph.ts';
import { createRandom, loadNliModel, type NliModel, trainingOptions } from '../engine/index.ts';
import { int8Model, unpaddedModel } from '../engine/inference/inferenceModel.ts';
import { writeModel } from '../engine/onnx/write.ts';
import { ort } from '../engine/runtime/onnxRuntime.ts';
import { createTrainables } from '../engine/train/trainables.ts';
import { EMBEDDED_MODEL, ROOT } from './texts.ts';

/**
 * Where the time of a batch goes: each operator of the graphs for suggesting and for training, on one thread, from ONNX
 * Runtime's own profile. Of each operator the lower quartile of the repeats counts, so that other work does not.
 *
 *   npm run bench:profile -- [--pairs 8] [--tokens 64] [--repeats 60]
 *
 * Writes bench/results/profile-<date>.json, from which `npm run bench:tables` makes the tables of docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '8' },
    tokens: { type: 'string', default: '64' },
    repeats: { type: 'string', default: '60' },
  },
});
const [pairs, tokens, repeats] = [Number(values.pairs), Number(values.tokens), Number(values.repeats)];

/** A line of ONNX Runtime's trace; `dur` in microseconds. */
const Event = z.looseObject({ cat: z.string(), name: z.string(), dur: z.number(), args: z.looseObject({}) });

interface OperatorCost {
  readonly operator: string;
  readonly count: number;
  readonly ms: number;
}

interface Profile {
  /** Sum over the operators. */
  readonly operatorMs: number;
  readonly operators: readonly OperatorCost[];
}

const nli = await loadNliModel(EMBEDDED_MODEL);
const unpadded = await unpaddedModel(nli.prepared, nli.prepared.model);
const result = {
  date: new Date().toISOString(),
  machine: { processor: cpus()[0]?.model ?? 'unknown' },
  pairs,
  tokens,
  profiles: {
    'suggesting int8': await profile(await int8Model(nli, unpadded)),
    'suggesting fp32': await profile(unpadded),
    'LoRA int8': await profileTraining('lora', 'int8'),
    'LoRA fp32': await profileTraining('lora', 'fp32'),
    'full int8': await profileTraining('full', 'int8'),
    'full fp32': await profileTraining('full', 'fp32'),
  },
};
const dir = join(ROOT, 'bench/results');
mkdirSync(dir, { recursive: true });
writeFileSync(join(dir, `profile-${result.date.slice(0, 10)}.json`), `${JSON.stringify(result, null, 2)}\n`);
for (const [name, { operatorMs, operators }] of Object.entries(result.profiles)) {
  process.stdout.write(`${name}: ${operatorMs.toFixed(1)} ms\n`);
  for (const { operator, count, ms } of operators.slice(0, 12))
    process.stdout.write(`  ${operator.padEnd(30)} ${ms.toFixed(2).padStart(7)} ms in ${count}\n`);
}

function profileTraining(method: 'lora' | 'full', precision: 'int8' | 'fp32'): Promise<Profile> {
  const options = trainingOptions({ method, precision, targets: 'qv' });
  const { training, parameters } = createTrainables(nli.prepared, options, createRandom(1));
  const own = Object.fromEntries(
    parameters.map(({ name, values, dims }) => [name, new ort.Tensor('float32', values, [...dims])]),
  );
  return profile(training.model, own);
}

async function profile(model: Model, own: Readonly<Record<string, ort.Tensor>> = {}): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'entail-profile-'));
  try {
    const session = await ort.InferenceSession.create(writeModel(model), {
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      enableMemPattern: false,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    const feeds = Object.fromEntries(
      session.inputNames.map((name) => [name, own[name] ?? inputOf(nli, name)]),
    );
    for (let i = 0; i < repeats; i++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    return costsOf(JSON.parse(readFileSync(join(folder, file!), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Token ids that are all different, no padding, and the first class as every target. */
function inputOf({ prepared }: NliModel, name: string): ort.Tensor {
  const count = pairs * tokens;
  if (name === 'input_ids') {
    const ids = BigInt64Array.from({ length: count }, (_, i) => BigInt(1000 + ((i * 7919) % 20_000)));
    return new ort.Tensor('int64', ids, [pairs, tokens]);
  }
  if (name === 'attention_mask' || name === 'token_type_ids') {
    const fill = name === 'attention_mask' ? 1n : 0n;
    return new ort.Tensor('int64', new BigInt64Array(count).fill(fill), [pairs, tokens]);
  }
  const classes = prepared.shapes.get(prepared.logits)!.dims[1]![0];
  const targets = Float32Array.from({ length: pairs * classes }, (_, i) =>
    i % classes === 0 ? 1 / pairs : 0,
  );
  return new ort.Tensor('float32', targets, [pairs, classes]);
}

function costsOf(trace: unknown): Profile {
  const nodes = new Map<string, { operator: string; durations: number[] }>();
  for (const { cat, name, dur, args } of z.array(Event).parse(trace)) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = nodes.get(name) ?? { operator: String(args.op_name), durations: [] };
    nodes.set(name, node);
    node.durations.push(dur / 1000);
  }
  const operators = new Map<string, OperatorCost>();
  for (const { operator, durations } of nodes.values()) {
    const { count, ms } = operators.get(operator) ?? { count: 0, ms: 0 };
    operators.set(operator, { operator, count: count + 1, ms: ms + lowerQuartile(durations) });
  }
  const sorted = [...operators.values()].sort((a, b) => b.ms - a.ms);
  return { operatorMs: sorted.reduce((sum, { ms }) => sum + ms, 0), operators: sorted };
}

function lowerQuartile(durations: readonly number[]): number {
  return durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 4)]!;
}
