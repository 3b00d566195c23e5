import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { huggingFaceWeights } from '../engine/export/huggingFace.ts';
import { createEngine, createRandom, type Engine, loadNliModel, type NliModel } from '../engine/index.ts';
import { writeSafetensors } from '../engine/safetensors/write.ts';
import { spread } from './spread.ts';
import { EMBEDDED_MODEL, realTexts } from './texts.ts';

/**
 * Suggesting side by side with Hugging Face's zero-shot pipeline: the same model and pairs, alternating.
 *
 *   node bench/suggesting.ts [--model FOLDER] [--texts 64] [--repeats 5]
 *
 * Prints one JSON line per repeat and a summary on stderr. The pipeline is measured where ENTAIL_PYTHON names a Python
 * with bench/python/requirements.txt installed; the texts are those of ENTAIL_DATA, else the sample's.
 */
export interface SuggestingBenchOptions {
  readonly model: string;
  readonly texts: number;
  readonly repeats: number;
  readonly python: string | undefined;
}

/** Pairs per second of one repeat by what was run, and how far probabilities lie from Entail's float32. */
export interface SuggestingRepeat {
  readonly repeat: number;
  readonly load: number;
  readonly pairsPerSecond: Readonly<Record<string, number>>;
  readonly peakMegabytes: Readonly<Record<string, number>>;
  readonly difference: Readonly<Record<string, { mean: number; max: number }>>;
}

export const LABELS = [
  'service',
  'price',
  'quality',
  'delivery',
  'health',
  'a fault',
  'politics',
  'food',
  'side effects',
  'installation',
];
export const TEMPLATE = 'This text is about {}.';
const SEED = 7;

/** [ours, theirs] of each ratio that the repeats allow. */
export const SUGGESTING_RATIOS = {
  suggestVsPipelineBest: ['entail auto', 'pipeline best float32'],
  suggestVsPipelineDefault: ['entail auto', 'pipeline default float32'],
  suggestVsPipelineBestBf16: ['entail auto', 'pipeline best bfloat16'],
  suggestFp32VsPipelineBest: ['entail fp32', 'pipeline best float32'],
} as const;

const PIPELINES = [
  { name: 'pipeline default float32', setup: 'default', dtype: 'float32' },
  { name: 'pipeline best float32', setup: 'best', dtype: 'float32' },
  { name: 'pipeline best bfloat16', setup: 'best', dtype: 'bfloat16' },
] as const;

/** Runs the repeats, one result at a time. */
export async function* benchSuggesting(options: SuggestingBenchOptions): AsyncGenerator<SuggestingRepeat> {
  const model = await loadNliModel(options.model);
  const texts = wholeTexts(model, options.texts);
  const folder = mkdtempSync(join(tmpdir(), 'entail-bench-'));
  const python = options.python === undefined ? undefined : startPipeline(options.python, folder);
  const engines = { auto: createEngine(), fp32: createEngine() };
  try {
    writeHuggingFace(folder, model);
    const own = {
      auto: await openOwn(engines.auto, options, 'auto'),
      fp32: await openOwn(engines.fp32, options, 'fp32'),
    };
    for (const score of Object.values(own)) await score(texts.slice(0, 8));
    // Not measured: Python loads its libraries, which takes a core for seconds.
    const few = { texts: texts.slice(0, 8), labels: LABELS, template: TEMPLATE };
    await python?.ask({ ...few, setup: 'default', dtype: 'float32' });
    for (let repeat = 1; repeat <= options.repeats; repeat++) {
      const pairsPerSecond: Record<string, number> = {};
      const peakMegabytes: Record<string, number> = {};
      const scores = new Map<string, readonly ArrayLike<number>[]>();
      const note = (name: string, seconds: number, found: readonly ArrayLike<number>[]) => {
        pairsPerSecond[name] = (texts.length * LABELS.length) / seconds;
        scores.set(name, found);
      };
      for (const precision of ['auto', 'fp32'] as const) {
        const started = performance.now();
        const found = await own[precision](texts);
        note(`entail ${precision}`, (performance.now() - started) / 1000, found);
        peakMegabytes[`entail ${precision}`] = peakOf(engines[precision]);
      }
      for (const { name, setup, dtype } of python ? PIPELINES : []) {
        const request = { texts, labels: LABELS, template: TEMPLATE, setup, dtype };
        const answer = await python!.ask(request);
        note(name, answer.seconds, answer.scores);
        peakMegabytes[name] = answer.peakMegabytes;
      }
      yield { repeat, load: loadavg()[0]!, pairsPerSecond, peakMegabytes, difference: differences(scores) };
    }
  } finally {
    python?.stop();
    for (const engine of Object.values(engines)) await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Texts that the model reads whole, so that Entail's windows and the pipeline's cutting make no difference. */
export function wholeTexts({ tokenizer, folder }: NliModel, count: number): string[] {
  const room = folder.maxLength - 24;
  const whole = realTexts().filter((text) => {
    const tokens = tokenizer.encodePremiseIds(text).length;
    return tokens > 0 && tokens <= room;
  });
  return createRandom(SEED).shuffle(whole).slice(0, count);
}

async function openOwn(engine: Engine, { model }: SuggestingBenchOptions, precision: 'auto' | 'fp32') {
  const scorer = await engine.openScorer({ dir: model, device: 'cpu', precision });
  const hypotheses = LABELS.map((label) => TEMPLATE.replace('{}', () => label));
  return async (texts: readonly string[]) =>
    (await scorer.score(texts, hypotheses)).map(({ probabilities }) => probabilities);
}

/** Megabytes of the engine's process at its largest, where the system tells; else 0. */
function peakOf({ pid }: Engine): number {
  const path = `/proc/${pid}/status`;
  const peak = existsSync(path) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return peak === undefined ? 0 : Number(peak) / 1024;
}

function differences(scores: ReadonlyMap<string, readonly ArrayLike<number>[]>) {
  const base = scores.get('entail fp32')!;
  return Object.fromEntries(
    [...scores].map(([name, rows]) => {
      const gaps = rows.flatMap((row, text) =>
        Array.from(row, (p, label) => Math.abs(p - base[text]![label]!)),
      );
      return [name, { mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length, max: Math.max(...gaps) }];
    }),
  );
}

/** The model under Hugging Face's names, with its tokenizer. */
export function writeHuggingFace(folder: string, { prepared, folder: { dir } }: NliModel): void {
  const { tensors } = huggingFaceWeights(prepared.model, prepared.linears);
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors([...tensors], { format: 'pt' }));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']) {
    if (existsSync(join(dir, name))) copyFileSync(join(dir, name), join(folder, name));
  }
}

const Answer = z.looseObject({
  seconds: z.number(),
  scores: z.array(z.array(z.number())),
  peakMegabytes: z.number(),
});

/** The pipeline with the model in `folder`, in a process that answers requests one after the other. */
export function startPipeline(python: string, folder: string) {
  const child = spawn(python, [join(import.meta.dirname, 'python/suggesting.py'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request: object) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('The Python side ended; see its message above.');
      return Answer.parse(JSON.parse(value));
    },
    stop: () => child.kill(),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: 'string' }, texts: { type: 'string' }, repeats: { type: 'string' } },
  });
  const repeats: SuggestingRepeat[] = [];
  for await (const repeat of benchSuggesting({
    model: values.model ?? EMBEDDED_MODEL,
    texts: Number(values.texts ?? 64),
    repeats: Number(values.repeats ?? 5),
    python: process.env.ENTAIL_PYTHON,
  })) {
    process.stdout.write(`${JSON.stringify(repeat)}\n`);
    repeats.push(repeat);
  }
  for (const [name, [ours, theirs]] of Object.entries(SUGGESTING_RATIOS)) {
    const found = repeats.flatMap(({ pairsPerSecond: p }) => (p[theirs] ? [p[ours]! / p[theirs]] : []));
    if (found.length > 0) process.stderr.write(`${name}: ${spread(found).median.toFixed(2)}\n`);
  }
}

if (import.meta.main) await main();
