import type { Random } from '../../engine/random.ts';
import type { LabelledText, TextSet } from './readData.ts';
import type { Recipe } from './recipe.ts';
import { wordingOf } from './wordings.ts';

/** A premise, a hypothesis, and how much of each class it is (summing to 1). */
export interface SoftPair {
  readonly premise: string;
  readonly hypothesis: string;
  readonly entailment: number;
  readonly neutral: number;
  readonly contradiction: number;
}

/** A set of texts, and for each of its labels the others, nearest in meaning first. */
export interface ZeroShotSet extends TextSet {
  readonly neighbours: readonly (readonly number[])[];
}

/** How many of the nearest labels count as hard. */
const NEAREST = 5;
/** Positives of one text that become pairs; texts with more give a sample of them. */
const MOST_POSITIVES = 3;
/** Of a text without labels, this many negatives. */
const NEGATIVES_WITHOUT_LABELS = 2;

/**
 * Pairs of one text: its labels entail, labels it does not have contradict (or are neutral, by `recipe.neutral`).
 * A share of the negatives are labels near a true one.
 */
export function zeroShotPairs(
  set: ZeroShotSet,
  { text, labels }: LabelledText,
  recipe: Recipe['zeroShot'],
  random: Random,
): SoftPair[] {
  const own = new Set(labels);
  const positives = random.shuffle(labels).slice(0, MOST_POSITIVES);
  const wanted =
    positives.length === 0
      ? NEGATIVES_WITHOUT_LABELS
      : wholeNumber(positives.length * recipe.negativesPerPositive, random);
  const negatives = negativeLabels(set, own, { wanted, hardShare: recipe.hardShare, random });
  const pair = (label: number, entailment: number): SoftPair => ({
    premise: text,
    hypothesis: wordingOf(set.labels[label]!, recipe.wordings, random),
    entailment,
    neutral: (1 - entailment) * recipe.neutral,
    contradiction: (1 - entailment) * (1 - recipe.neutral),
  });
  return [...positives.map((label) => pair(label, 1)), ...negatives.map((label) => pair(label, 0))];
}

/** 2.5 → 2 or 3, each as often. */
const wholeNumber = (value: number, random: Random) => Math.floor(value + random.uniform());

function negativeLabels(
  set: ZeroShotSet,
  own: ReadonlySet<number>,
  { wanted, hardShare, random }: { wanted: number; hardShare: number; random: Random },
): number[] {
  const foreign = [...set.labels.keys()].filter((label) => !own.has(label));
  const near = [...own].flatMap((label) =>
    set.neighbours[label]!.filter((other) => !own.has(other)).slice(0, NEAREST),
  );
  const easy = random.shuffle(foreign);
  const hard = random.shuffle(near);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(wanted, foreign.length)) {
    const next = random.uniform() < hardShare ? (hard.pop() ?? easy.pop()) : easy.pop();
    if (next !== undefined) chosen.add(next);
    else if (hard.length > 0) chosen.add(hard.pop()!);
  }
  return [...chosen];
}

/** Two texts as one, with the labels of both. */
export function joined(one: LabelledText, other: LabelledText, random: Random): LabelledText {
  const glue = [' ', ' and ', '. ', '\n'][random.integer(4)]!;
  return {
    text: `${one.text}${glue}${other.text}`,
    labels: [...new Set([...one.labels, ...other.labels])],
  };
}

/** Neighbours of each label by the cosine of their vectors (of length 1). */
export function neighboursOf(vectors: readonly Float32Array[]): number[][] {
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  return vectors.map((own, label) =>
    vectors
      .map((other, index) => ({ index, near: cosine(own, other) }))
      .filter(({ index }) => index !== label)
      .sort((a, b) => b.near - a.near)
      .map(({ index }) => index),
  );
}
