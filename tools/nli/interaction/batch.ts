import { LEFT_OUT } from '../../../engine/loss/supervisedContrastive.ts';
import { type Feeds, floats } from '../../../engine/runtime/session.ts';
import { cosines, labelVector } from '../../../engine/zeroshot/labelVector.ts';
import { INPUTS } from './graph.ts';
import type { Group } from './groups.ts';

/**
 * What the graph reads of a group. A text counts as much as any that has one of the labels, a label as much as any that one
 * of the texts has: `textsToLabels` for the texts together, the rest for the labels.
 */
export function batchOf(
  { texts, labels, wordings }: Group,
  { hidden, textsToLabels }: { readonly hidden: number; readonly textsToLabels: number },
): Feeds {
  const has = texts.map((text) => labels.map((label) => text.labels.includes(label)));
  const toTexts = transposed(sharedOut(transposed(has), 1 - textsToLabels));
  const embeddings = wordings.map((kinds) => labelVector(kinds.map(({ embedding }) => [embedding])));
  const table = (rows: readonly ArrayLike<number>[]) =>
    floats(Float32Array.from(rows.flatMap((row) => Array.from(row))), [texts.length, labels.length]);
  return {
    ...textFeeds(texts, hidden),
    ...wordFeeds(wordings, hidden),
    [INPUTS.cosines]: table(texts.map(({ embedding }) => cosines(embedding, embeddings))),
    [INPUTS.labelsWanted]: table(sharedOut(has, textsToLabels)),
    [INPUTS.textsWanted]: table(toTexts),
  };
}

/** Padded to the longest text, with ones: what is padded is divided by its length, too. */
function textFeeds(texts: Group['texts'], hidden: number): Feeds {
  const most = Math.max(...texts.map(({ tokens }) => tokens.length));
  const states = new Float32Array(texts.length * most).fill(1);
  const length = most / hidden;
  const leftOut = new Float32Array(texts.length * length).fill(LEFT_OUT);
  for (const [i, { tokens }] of texts.entries()) {
    states.set(tokens, i * most);
    leftOut.fill(0, i * length, i * length + tokens.length / hidden);
  }
  return {
    [INPUTS.texts]: floats(states, [texts.length * length, hidden]),
    [INPUTS.leftOut]: floats(leftOut, [texts.length, length, 1]),
  };
}

/** All wordings of all labels, those of a label counting the same. */
function wordFeeds(labels: Group['wordings'], hidden: number): Feeds {
  const wordings = labels.flatMap((kinds, label) => kinds.map(({ tokens }) => ({ tokens, label })));
  const numbers = wordings.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const states = new Float32Array(numbers);
  const words = numbers / hidden;
  const wordingOf = new Float32Array(words * wordings.length);
  const labelOf = new Float32Array(wordings.length * labels.length);
  let word = 0;
  for (const [i, { tokens, label }] of wordings.entries()) {
    states.set(tokens, word * hidden);
    for (const end = word + tokens.length / hidden; word < end; word++)
      wordingOf[word * wordings.length + i] = 1;
    labelOf[i * labels.length + label] = 1 / labels[label]!.length;
  }
  return {
    [INPUTS.words]: floats(states, [words, hidden]),
    [INPUTS.wordingOf]: floats(wordingOf, [words, wordings.length]),
    [INPUTS.labelOf]: floats(labelOf, [wordings.length, labels.length]),
  };
}

/** `weight` shared out evenly to the rows that have something, and of each to what it has. */
function sharedOut(has: readonly (readonly boolean[])[], weight: number): number[][] {
  const counts = has.map((row) => row.filter(Boolean).length);
  const rows = counts.filter((count) => count > 0).length;
  return has.map((row, i) => row.map((yes) => (yes ? weight / (rows * counts[i]!) : 0)));
}

const transposed = <T>(rows: readonly (readonly T[])[]): T[][] =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]!));
