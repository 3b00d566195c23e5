import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { huggingFaceWeights } from '../engine/export/huggingFace.ts';
import { loadNliModel, type NliModel } from '../engine/model/nliModel.ts';
import { createRandom } from '../engine/random.ts';
import { writeSafetensors } from '../engine/safetensors/write.ts';
import type { Example } from '../engine/train/examples.ts';
import { fineTune } from '../engine/train/loop.ts';
import { trainingOptions } from '../engine/train/plan.ts';
import { batchSchedule } from '../engine/train/schedule.ts';

/**
 * Training speed side by side with PyTorch: the same model, pairs, batches and adapters, alternating.
 *
 *   node bench/training.ts [--model FOLDER] [--data FOLDER] [--sets a,b] [--steps 6] [--batch 32] [--repeats 5]
 *     [--max-length 128] [--targets qv|all]
 *
 * Prints one JSON line per repeat and a summary on stderr. PyTorch is measured where ENTAIL_PYTHON names a Python with
 * bench/python/requirements.txt installed. FOLDER/NAME/train.jsonl.gz holds texts (ENTAIL_DATA); else the sample's.
 */

const METHODS = ['lora', 'full'] as const;
export type Method = (typeof METHODS)[number];

export interface TrainingBenchOptions {
  readonly model: string;
  readonly data: string | undefined;
  readonly sets: readonly string[];
  readonly steps: number;
  readonly batch: number;
  readonly repeats: number;
  readonly maxLength: number;
  readonly targets: 'qv' | 'all';
  readonly python: string | undefined;
}

/** Examples per second of one repeat, by what was run; PyTorch's are absent without Python. */
export interface TrainingRepeat {
  readonly repeat: number;
  readonly load: number;
  readonly examplesPerSecond: Readonly<Record<string, number>>;
  readonly peakMegabytes: Readonly<Record<string, number>>;
}

const ROOT = join(import.meta.dirname, '..');

/** Defaults: the embedded model, texts of two shared data sets where they are, what ENTAIL_PYTHON names. */
export function trainingBenchOptions(given: Partial<TrainingBenchOptions> = {}): TrainingBenchOptions {
  return {
    model: join(ROOT, 'resources/models/entail-minilm-l6'),
    data: process.env.ENTAIL_DATA,
    sets: ['restaurant_aspects', 'github_issues'],
    steps: 6,
    batch: 32,
    repeats: 5,
    maxLength: 128,
    targets: 'qv',
    python: process.env.ENTAIL_PYTHON,
    ...given,
  };
}

/** Runs the repeats, one result at a time. */
export async function* benchTraining(options: TrainingBenchOptions): AsyncGenerator<TrainingRepeat> {
  const model = await loadNliModel(options.model);
  const examples = examplesFrom(options);
  const folder = mkdtempSync(join(tmpdir(), 'entail-bench-'));
  writePlan(folder, model, examples, options);
  const torch = options.python === undefined ? undefined : startPython(options.python, folder);
  try {
    // Not measured: Python loads its libraries, which takes a core for seconds.
    await torch?.ask({ method: 'lora', precision: 'fp32' });
    for (let repeat = 1; repeat <= options.repeats; repeat++) {
      const examplesPerSecond: Record<string, number> = {};
      const peakMegabytes: Record<string, number> = {};
      for (const method of METHODS) {
        for (const precision of ['int8', 'fp32'] as const) {
          const rate = await entailRate(model, examples, { ...options, method, precision });
          examplesPerSecond[`entail ${method} ${precision}`] = rate;
          peakMegabytes[`entail ${method} ${precision}`] = process.resourceUsage().maxRSS / 1024;
        }
        for (const precision of torch ? (['fp32', 'bf16'] as const) : []) {
          const named = method === 'lora' && options.targets === 'all' ? 'lora-all' : method;
          const found = await torch!.ask({ method: named, precision });
          examplesPerSecond[`torch ${method} ${precision}`] = found.examples / found.seconds;
          peakMegabytes[`torch ${method} ${precision}`] = found.peakMegabytes;
        }
      }
      yield { repeat, load: loadavg()[0]!, examplesPerSecond, peakMegabytes };
    }
  } finally {
    torch?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** [ours, theirs] of each ratio that the repeats allow. */
export const TRAINING_RATIOS = {
  loraVsTorchFp32: ['entail lora int8', 'torch lora fp32'],
  loraVsTorchBf16: ['entail lora int8', 'torch lora bf16'],
  loraFp32VsTorchFp32: ['entail lora fp32', 'torch lora fp32'],
  fullVsTorchFp32: ['entail full int8', 'torch full fp32'],
  fullVsTorchBf16: ['entail full int8', 'torch full bf16'],
  fullFp32VsTorchFp32: ['entail full fp32', 'torch full fp32'],
} as const;

function examplesFrom({ data, sets, steps, batch }: TrainingBenchOptions): Example[] {
  const random = createRandom(1);
  const texts = sets.flatMap((set) => textsOf(data, set)).filter((text) => text.trim() !== '');
  return random
    .shuffle(texts)
    .slice(0, steps * batch)
    .map((premise, i) => ({
      premise,
      hypothesis: `This text is about ${['service', 'price', 'a fault', 'quality'][i % 4]}.`,
      target: random.integer(3) === 0 ? 'entailment' : 'contradiction',
    }));
}

const Row = z.object({ text: z.string() });

function textsOf(data: string | undefined, set: string): string[] {
  const path = data && join(data, set, 'train.jsonl.gz');
  const lines =
    path && existsSync(path)
      ? gunzipSync(readFileSync(path)).toString('utf8')
      : readFileSync(join(ROOT, 'resources/sample/train.jsonl'), 'utf8');
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)).text);
}

type Run = TrainingBenchOptions & { method: Method; precision: 'fp32' | 'int8' };

const runOptions = ({ batch, maxLength, targets }: TrainingBenchOptions, rest: object = {}) =>
  trainingOptions({ batchSize: batch, epochs: 1, maxLength, targets, learningRate: 1e-4, ...rest });

/** Examples per second of all steps but the first, which loads and warms up. */
async function entailRate(model: NliModel, examples: readonly Example[], run: Run): Promise<number> {
  const options = runOptions(run, { method: run.method, precision: run.precision, epochs: 2 });
  const ends: number[] = [];
  await fineTune(model, { examples, options, onStep: () => ends.push(performance.now()) });
  const steps = ends.length / 2;
  return (examples.length * 1000) / (ends.at(-1)! - ends[steps - 1]!);
}

/** What Python reads: the model under Hugging Face's names, and the very batches that Entail makes of the examples. */
function writePlan(
  folder: string,
  model: NliModel,
  examples: readonly Example[],
  options: TrainingBenchOptions,
): void {
  const { tensors } = huggingFaceWeights(model.prepared.model, model.prepared.linears);
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors([...tensors]));
  writeFileSync(join(folder, 'config.json'), readFileSync(join(options.model, 'config.json')));
  const rows = examples.map(({ premise, hypothesis, target }) => {
    const pair = model.tokenizer.encodePair(premise, hypothesis, { maxLength: options.maxLength });
    return { ids: [...pair.inputIds], types: [...pair.tokenTypeIds], label: model.classes[target] };
  });
  const schedule = batchSchedule(
    rows.map(({ ids }) => ids.length),
    runOptions(options),
  );
  const batches = Array.from({ length: schedule.steps }, (_, step) => schedule.slices(step).flat());
  writeFileSync(join(folder, 'batches.json'), JSON.stringify({ rows, batches }));
}

const Answer = z.looseObject({ seconds: z.number(), examples: z.number(), peakMegabytes: z.number() });

function startPython(python: string, folder: string) {
  const child: ChildProcess = spawn(python, [join(import.meta.dirname, 'python/training.py'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async ask(request: { method: string; precision: string }) {
      child.stdin!.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('The Python side ended; see its message above.');
      return Answer.parse(JSON.parse(value));
    },
    stop: () => child.kill(),
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      data: { type: 'string' },
      sets: { type: 'string' },
      steps: { type: 'string' },
      batch: { type: 'string' },
      repeats: { type: 'string' },
      'max-length': { type: 'string' },
      targets: { type: 'string' },
    },
  });
  const options = trainingBenchOptions({
    ...(values.model && { model: values.model }),
    ...(values.data && { data: values.data }),
    ...(values.sets && { sets: values.sets.split(',') }),
    ...(values.steps && { steps: Number(values.steps) }),
    ...(values.batch && { batch: Number(values.batch) }),
    ...(values.repeats && { repeats: Number(values.repeats) }),
    ...(values['max-length'] && { maxLength: Number(values['max-length']) }),
    targets: values.targets === 'all' ? 'all' : 'qv',
  });
  const repeats: TrainingRepeat[] = [];
  for await (const repeat of benchTraining(options)) {
    process.stdout.write(`${JSON.stringify(repeat)}\n`);
    repeats.push(repeat);
  }
  process.stderr.write(`${cpus()[0]?.model} x ${cpus().length}, median of ${repeats.length} repeats\n`);
  for (const name of Object.keys(repeats[0]?.examplesPerSecond ?? {})) {
    const rate = median(repeats.map((r) => r.examplesPerSecond[name]!));
    process.stderr.write(`${name}: ${rate.toFixed(1)} pairs per second\n`);
  }
  for (const [name, [ours, theirs]] of Object.entries(TRAINING_RATIOS)) {
    const found = repeats.flatMap(({ examplesPerSecond: e }) => (e[theirs] ? [e[ours]! / e[theirs]] : []));
    if (found.length > 0) process.stderr.write(`${name}: ${median(found).toFixed(2)}\n`);
  }
}

if (import.meta.main) await main();
