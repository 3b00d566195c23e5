import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { huggingFaceWeights } from '../engine/export/huggingFace.ts';
import { createScorer } from '../engine/inference/score.ts';
import { loadNliModel, type NliModel } from '../engine/model/nliModel.ts';
import { createRandom } from '../engine/random.ts';
import { writeSafetensors } from '../engine/safetensors/write.ts';
import type { Example } from '../engine/train/examples.ts';
import { fineTune } from '../engine/train/loop.ts';
import { trainingOptions } from '../engine/train/plan.ts';
import { batchSchedule } from '../engine/train/schedule.ts';
import { mergeTrained } from '../engine/train/trainables.ts';

/**
 * Does 8-bit LoRA learn as much as float32 LoRA and as PyTorch with PEFT? Macro-F1 on unseen documents after the same
 * number of steps over the same pairs, batches and hyper-parameters; a Markdown table.
 *
 *   node bench/learning-equality.ts [--data FOLDER] [--sets a,b,c] [--seeds 1,2,3] [--documents 120] [--test 150]
 *     [--epochs 3] [--max-length 96] [--method lora|full]
 *
 * FOLDER/NAME holds train.jsonl.gz, test.jsonl.gz and labels.json (ENTAIL_DATA). PyTorch runs where ENTAIL_PYTHON
 * names a Python with bench/python/requirements.txt installed, for LoRA.
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.ENTAIL_DATA ?? '' },
    sets: { type: 'string', default: 'bbc_news,restaurant_aspects,customer_reviews' },
    seeds: { type: 'string', default: '1,2,3' },
    documents: { type: 'string', default: '120' },
    test: { type: 'string', default: '150' },
    epochs: { type: 'string', default: '3' },
    method: { type: 'string', default: 'lora' },
    'max-length': { type: 'string', default: '96' },
    model: { type: 'string', default: join(import.meta.dirname, '../resources/models/entail-minilm-l6') },
  },
});
if (!options.data) throw new Error('Name the folder of the data sets with --data or ENTAIL_DATA.');

const Row = z.object({ text: z.string(), labels: z.array(z.string()) });
type Row = z.infer<typeof Row>;
const TorchAnswer = z.object({ probabilities: z.array(z.number()) });
const Labels = z.array(
  z.union([z.string().transform((name) => ({ name })), z.looseObject({ name: z.string() })]),
);

const maxLength = Number(options['max-length']);
const method = options.method === 'full' ? 'full' : 'lora';
const python = method === 'lora' ? process.env.ENTAIL_PYTHON : undefined;
const model = await loadNliModel(options.model);
process.stdout.write(
  `| data set | seed | int8 ${method} | fp32 ${method} | PyTorch + PEFT |\n| --- | ---: | ---: | ---: | ---: |\n`,
);
const differences: { float: number[]; torch: number[] } = { float: [], torch: [] };
for (const set of options.sets.split(',')) {
  for (const seed of options.seeds.split(',').map(Number)) {
    const task = taskOf(set, seed);
    const quantized = await entailF1(task, 'int8');
    const float = await entailF1(task, 'fp32');
    const torch = python === undefined ? undefined : torchF1(task, python);
    differences.float.push(quantized - float);
    if (torch !== undefined) differences.torch.push(quantized - torch);
    const cells = [quantized, float, torch].map((f1) => (f1 === undefined ? '' : (100 * f1).toFixed(1)));
    process.stdout.write(`| ${set} | ${seed} | ${cells.join(' | ')} |\n`);
  }
}
for (const [name, found] of Object.entries(differences)) {
  if (found.length === 0) continue;
  const mean = (100 * found.reduce((sum, d) => sum + d, 0)) / found.length;
  const other = name === 'float' ? `fp32 ${method}` : 'PyTorch + PEFT';
  process.stdout.write(
    `\nint8 ${method} minus ${other}: ${mean.toFixed(2)} points of macro-F1 on average.\n`,
  );
}

interface Task {
  readonly labels: readonly string[];
  readonly examples: readonly Example[];
  readonly test: readonly Row[];
  readonly seed: number;
}

function rowsOf(set: string, part: string): Row[] {
  const text = gunzipSync(readFileSync(join(options.data, set, `${part}.jsonl.gz`))).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => Row.parse(JSON.parse(line)));
}

function taskOf(set: string, seed: number): Task {
  const random = createRandom(seed);
  const labels = Labels.parse(JSON.parse(readFileSync(join(options.data, set, 'labels.json'), 'utf8'))).map(
    ({ name }) => name,
  );
  const rows = random.fork('train').shuffle(rowsOf(set, 'train')).slice(0, Number(options.documents));
  // The same test documents for every seed.
  const test = createRandom(0).shuffle(rowsOf(set, 'test')).slice(0, Number(options.test));
  const examples = rows.flatMap((row) => {
    const others = random.shuffle(labels.filter((label) => !row.labels.includes(label))).slice(0, 2);
    const pair = (target: Example['target']) => (label: string) => ({
      premise: row.text,
      hypothesis: hypothesisOf(label),
      target,
    });
    return [...row.labels.map(pair('entailment')), ...others.map(pair('contradiction'))];
  });
  return { labels, examples, test, seed };
}

function hypothesisOf(label: string): string {
  return `This text is about ${label}.`;
}

function optionsFor(seed: number, precision: 'fp32' | 'int8' = 'fp32') {
  return trainingOptions({
    method,
    targets: 'qv',
    batchSize: 32,
    epochs: Number(options.epochs),
    learningRate: method === 'lora' ? 1e-3 : 5e-5,
    maxLength,
    seed,
    precision,
  });
}

async function entailF1({ labels, examples, test, seed }: Task, precision: 'fp32' | 'int8'): Promise<number> {
  const chosen = optionsFor(seed, precision);
  const { values } = await fineTune(model, { examples, options: chosen });
  // Judged in float32 either way: what was learned is compared, not how it is computed later.
  const weights = mergeTrained(model.prepared, { values, rank: chosen.rank, alpha: chosen.alpha });
  const scorer = await createScorer(model, { weights, precision: 'fp32' });
  try {
    const texts = test.map(({ text }) => shortened(model, text));
    const scores = await scorer.score({ texts, hypotheses: labels.map(hypothesisOf) });
    return macroF1(labels, test, (row, label) => scores[row]!.probabilities[label]! >= 0.5);
  } finally {
    await scorer.release();
  }
}

/** Cut as for training, so that both sides read the same tokens. */
function shortened({ tokenizer }: NliModel, text: string): string {
  const words = text.split(/\s+/);
  let [low, high] = [1, words.length];
  const fits = (count: number) =>
    tokenizer.encodePremiseIds(words.slice(0, count).join(' ')).length <= maxLength - 24;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return words.slice(0, low).join(' ');
}

function macroF1(
  labels: readonly string[],
  test: readonly Row[],
  says: (row: number, label: number) => boolean,
): number {
  const scores = labels.map((name, label) => {
    let [both, said, gold] = [0, 0, 0];
    test.forEach((row, i) => {
      const [is, claimed] = [row.labels.includes(name), says(i, label)];
      if (is) gold++;
      if (claimed) said++;
      if (is && claimed) both++;
    });
    return said + gold === 0 ? 0 : (2 * both) / (said + gold);
  });
  return scores.reduce((sum, f1) => sum + f1, 0) / labels.length;
}

function torchF1({ labels, examples, test, seed }: Task, command: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'entail-equality-'));
  try {
    const { tensors } = huggingFaceWeights(model.prepared.model, model.prepared.linears);
    writeFileSync(join(folder, 'model.safetensors'), writeSafetensors([...tensors]));
    writeFileSync(join(folder, 'config.json'), readFileSync(join(options.model, 'config.json')));
    const encode = (premise: string, hypothesis: string) => {
      const pair = model.tokenizer.encodePair(premise, hypothesis, { maxLength });
      return { ids: [...pair.inputIds], types: [...pair.tokenTypeIds] };
    };
    const rows = examples.map((e) => ({
      ...encode(e.premise, e.hypothesis),
      label: model.classes[e.target],
    }));
    const chosen = optionsFor(seed);
    const schedule = batchSchedule(
      rows.map(({ ids }) => ids.length),
      chosen,
    );
    const batches = Array.from({ length: schedule.steps }, (_, step) => schedule.slices(step).flat());
    const judged = test.flatMap(({ text }) =>
      labels.map((label) => encode(shortened(model, text), hypothesisOf(label))),
    );
    const { entailment, contradiction } = model.classes;
    const plan = {
      rows,
      batches,
      judged,
      entailment,
      contradiction,
      seed,
      learningRate: chosen.learningRate,
    };
    const warmup = Math.round(chosen.warmupShare * schedule.steps);
    writeFileSync(join(folder, 'batches.json'), JSON.stringify({ ...plan, warmup }));
    const script = join(import.meta.dirname, 'python/learning_equality.py');
    const child = spawnSync(command, [script, folder], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
    });
    if (child.status !== 0) throw new Error('The Python side failed; see its message above.');
    const { probabilities } = TorchAnswer.parse(JSON.parse(child.stdout));
    return macroF1(labels, test, (row, label) => probabilities[row * labels.length + label]! >= 0.5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
