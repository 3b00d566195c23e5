import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withProbabilities } from '../../backend/suggesting/fusing.ts';
import { exportModel } from '../../engine/export/modelFolder.ts';
import { createRandom, type Engine, type FusionWeights, readFusionWeights } from '../../engine/index.ts';
import { embedTexts } from '../../engine/inference/embed.ts';
import { createScorer } from '../../engine/inference/score.ts';
import { type Trained, writeTrained } from '../../engine/lora/file.ts';
import { loadNliModel, type NliModel } from '../../engine/model/nliModel.ts';
import { mergeTrained } from '../../engine/train/trainables.ts';
import { bareCard } from '../support/bareCard.ts';
import { WORDS, writeTinyModel } from '../support/tinyModel.ts';
import { json, type Python } from './python.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FUSION = join(ROOT, 'resources', 'models', 'entail-minilm-l6', 'entail.json');

interface ExportedLabel {
  readonly name: string;
  readonly hypotheses: readonly string[];
  readonly threshold: number;
}

export interface Exported {
  readonly dir: string;
  /** Why the folder has no weights for PyTorch; null: it has. */
  readonly without: string | null;
  /** The same with an entail.json. */
  readonly combined: string;
  /** A trained one, with what decisions taught beside it. */
  readonly learnt: string;
  readonly labels: readonly ExportedLabel[];
  /** Of which texts are made. */
  readonly words: readonly string[];
}

export interface Case extends Pick<Exported, 'dir' | 'labels'> {
  readonly texts: readonly string[];
}

/** Exports ENTAIL_EXPORT_MODEL, or a very small model. */
export async function exportedFor(dir: string): Promise<Exported> {
  const base = process.env.ENTAIL_EXPORT_MODEL ?? `${dir} base`;
  const tiny = process.env.ENTAIL_EXPORT_MODEL === undefined;
  if (tiny) writeTinyModel(base);
  const labels = [
    { name: 'shipping', hypotheses: ['this is about shipping .', 'the parcel came late .'], threshold: 0.4 },
    { name: 'price', hypotheses: ['this is about the price .'], threshold: 0.5 },
    { name: '__proto__', hypotheses: ['the colour is nice .'], threshold: 0.3 },
  ];
  const model = await loadNliModel(base);
  const { withoutPytorch } = await exportModel(model, model.prepared.model, {
    to: dir,
    labels,
    probeTexts: ['the parcel came late'],
    card: bareCard('model'),
  });
  const combined = `${dir} combined`;
  cpSync(dir, combined, { recursive: true });
  copyFileSync(FUSION, join(combined, 'entail.json'));
  const learnt = `${dir} learnt`;
  await exportLearnt(model, { to: learnt, labels });
  return {
    ...{ dir, without: withoutPytorch, combined, learnt, labels },
    words: tiny ? WORDS.slice(4) : reviewWords(),
  };
}

/** With heads and adapters that nobody taught: what they say is not asked, but whether all say the same. */
async function exportLearnt(
  model: NliModel,
  { to, labels }: { to: string; labels: readonly ExportedLabel[] },
): Promise<void> {
  const random = createRandom(8);
  const noise = (count: number, size: number) =>
    Float32Array.from({ length: count }, () => size * random.normal());
  const { prepared } = model;
  const adapters = (): Trained => {
    const own = prepared.linears
      .filter(({ perToken }) => perToken)
      .flatMap(({ module, inFeatures, outFeatures }) => [
        [`${module}.lora_A`, noise(2 * inFeatures, 0.1), [inFeatures, 2]] as const,
        [`${module}.lora_B`, noise(2 * outFeatures, 0.1), [2, outFeatures]] as const,
      ]);
    return {
      values: new Map(own.map(([name, values]) => [name, values])),
      dims: new Map(own.map(([name, , dims]) => [name, dims])),
      ...{ rank: 2, alpha: 2 },
    };
  };
  const [run, tuned] = [adapters(), writeTrained(adapters())];
  const [embedding] = await embedTexts(model, ['text']);
  const dimensions = embedding!.length;
  await exportModel(model, mergeTrained(prepared, run), {
    ...{ to, labels, probeTexts: ['the parcel came late'], card: bareCard('model') },
    trained: writeTrained(run),
    learnt: {
      labels: labels.map((label, i) => ({ ...label, threshold: 0.3 + i / 10 })),
      heads: {
        space: { mean: noise(dimensions, 0.02) },
        labels: labels.map(() => ({
          ...{ suggested: 1.1, entailed: 0.2, constant: 0.3, ofEmbedded: 0 },
          embedding: noise(dimensions, 1),
        })),
      },
      combination: readFusionWeights(dirname(FUSION)),
      priors: {
        documents: labels.map(() => 48),
        odds: labels.map((_, i) => i - 1),
        cosine: labels.map((_, i) => i / 10),
      },
      run: { head: 0.75, run: 0.3, constant: 0.1 },
      tuned,
    },
  });
}

function reviewWords(): string[] {
  const rows = readFileSync(join(ROOT, 'resources', 'sample', 'test.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return rows.flatMap((row) => (JSON.parse(row) as { text: string }).text.split(/\s+/));
}

/** Short texts, one of thirty longer than a model reads, one of a hundred null; some with marks and signs of their own. */
export function textsFor({ words }: Exported, count: number): (string | null)[] {
  const random = createRandom(3);
  const pick = (from: readonly string[]) => from[random.integer(from.length)]!;
  const odd = ['Größe', '漢字', '😀', '[SEP]', '</s>', 'U.S.A.', '\n', "don't"];
  const text = (length: number) =>
    Array.from({ length }, () => (random.integer(40) === 0 ? pick(odd) : pick(words))).join(' ');
  return Array.from({ length: count }, (_, i) => {
    if (i % 100 === 7) return null;
    // Long ones take most of the time: they are among the first, which are compared.
    if (i % 30 === 11 && i < 1000) return text(100 + random.integer(900));
    return i === 12 ? '' : text(3 + random.integer(6));
  });
}

/** What the program answers, [texts][labels], in float32. */
export const programScores = (
  engine: Engine,
  { dir, labels, texts }: Case,
  fusion: FusionWeights | undefined,
): Promise<number[][]> =>
  withProbabilities(
    engine,
    { dir, fusion, labels, texts: async () => texts, device: 'cpu', precision: 'fp32' },
    async (score) => (await score(texts)).map(({ probabilities }) => [...probabilities]),
  );

const REPEATS = 3;

/** Texts per second of both on one core, by turns; → what is told of it. */
export async function speedBeside(
  python: Python,
  { dir, labels, texts }: Case,
  work: string,
): Promise<string> {
  const short = texts.filter((text) => text.length < 200);
  const path = join(work, 'speed.json');
  writeFileSync(path, JSON.stringify(short));
  const scorer = await createScorer(await loadNliModel(dir), { cores: 1 });
  const hypotheses = labels.flatMap((label) => label.hypotheses);
  const ratios: number[] = [];
  let told = '';
  try {
    await scorer.score({ texts: short.slice(0, 64), hypotheses });
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const started = performance.now();
      await scorer.score({ texts: short, hypotheses });
      const own = short.length / ((performance.now() - started) / 1000);
      const { seconds } = json<{ seconds: number }>(await python.run(['rows.py', 'score', dir, path]));
      ratios.push(short.length / seconds / own);
      told = `${own.toFixed(0)} texts per second of the program, ${(short.length / seconds).toFixed(0)} of the job`;
    }
  } finally {
    await scorer.release();
  }
  ratios.sort((a, b) => a - b);
  return `${told}; the job's share of the program's speed: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`;
}
