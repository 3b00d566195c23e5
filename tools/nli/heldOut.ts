import { averagePrecision } from '../../engine/evaluate/ranking.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import { classCount, type NliClasses } from '../../engine/nli/classes.ts';
import { labelProbabilities } from '../../engine/nli/probability.ts';
import { planBatches } from '../../engine/text/batches.ts';
import type { EncodedPair } from '../../engine/text/tokenizer.ts';
import type { NliRow, TextSet } from './readData.ts';
import type { Scorer } from './rounds/trainRounds.ts';

export interface HeldOutScores {
  /** Share of NLI pairs whose class is right (two-way ones: entailment or not). */
  readonly nli: number;
  /** Per set never trained on: average precision and accuracy at 0.5 over all its text-label pairs. */
  readonly sets: Readonly<Record<string, { averagePrecision: number; accuracy: number }>>;
}

/** Prepares the held-out pairs once; the result scores them with the weights of the moment. */
export function heldOutScorer(
  { tokenizer, classes }: NliModel,
  data: { nli: readonly NliRow[]; sets: readonly TextSet[] },
  maxLength: number,
): (score: Scorer) => Promise<HeldOutScores> {
  const encode = (premise: string, hypothesis: string) =>
    tokenizer.encodePair(premise.slice(0, maxLength * 8), hypothesis, { maxLength });
  const nli = data.nli.map((row) => encode(row.premise, row.hypothesis));
  const sets = data.sets.map((set) => ({
    name: set.name,
    gold: set.texts.flatMap(({ labels }) => set.labels.map((_, label) => labels.includes(label))),
    pairs: set.texts.flatMap(({ text }) => set.labels.map((label) => encode(text, label.hypothesis))),
  }));
  return async (score) => {
    const logits = await scoreAll(score, nli, classCount(classes));
    const scored: Record<string, { averagePrecision: number; accuracy: number }> = {};
    for (const { name, gold, pairs } of sets) {
      const probabilities = labelProbabilities(await scoreAll(score, pairs, classCount(classes)), classes);
      const cells = gold.map((is, i) => ({ gold: is, score: probabilities[i]! }));
      const right = cells.filter((cell) => cell.gold === cell.score >= 0.5).length;
      scored[name] = { averagePrecision: averagePrecision(cells), accuracy: right / cells.length };
    }
    return { nli: nliAccuracy(logits, data.nli, classes), sets: scored };
  };
}

/** Logits [pairs, classes] in the order of the pairs, batched by length; `lanes` batches are scored at a time. */
export async function scoreAll(
  score: Scorer,
  pairs: readonly EncodedPair[],
  classes: number,
  { lanes = 1, tokensPerBatch = 4096, padding = true } = {},
): Promise<Float32Array> {
  const logits = new Float32Array(pairs.length * classes);
  const lengths = pairs.map((pair) => pair.inputIds.length);
  const plan = planBatches(lengths, { tokensPerBatch, maxBatch: 128, padding }).values();
  const lane = async () => {
    for (const batch of plan) {
      const part = await score(batch.map((i) => pairs[i]!));
      batch.forEach((i, row) => {
        logits.set(part.subarray(row * classes, (row + 1) * classes), i * classes);
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return logits;
}

/** The class with the highest logit against the label; where a side knows only two, entailment against the rest. */
export function nliAccuracy(logits: Float32Array, rows: readonly NliRow[], classes: NliClasses): number {
  const columns = classCount(classes);
  const right = rows.filter(({ label }, row) => {
    const own = logits.subarray(row * columns, (row + 1) * columns);
    const best = own.indexOf(Math.max(...own));
    if (label === 'entailment') return best === classes.entailment;
    if (label === 'not_entailment' || classes.kind === 'two') return best !== classes.entailment;
    return best === classes[label];
  });
  return rows.length === 0 ? 0 : right.length / rows.length;
}
