import { expect, test } from 'vitest';
import { contrastOf } from '../../engine/loss/supervisedContrastive.ts';
import { createRandom } from '../../engine/random.ts';
import { createGroups } from '../../tools/nli/contrastGroups.ts';
import type { Recipe } from '../../tools/nli/recipe.ts';
import type { ZeroShotSet } from '../../tools/nli/zeroShotPairs.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const SET: ZeroShotSet = {
  name: 'letters',
  labels: NAMES.map((name) => ({ name, description: name, hypothesis: `it is ${name}` })),
  // Label e has no text; every other one has ten, and each text two labels.
  texts: Array.from({ length: 20 }, (_, i) => ({
    text: `text ${i} ${'x '.repeat(i % 3)}`,
    labels: [i % 4, (i + 1) % 4],
  })),
  neighbours: NAMES.map((_, i) => [1, 2, 3, 4].map((step) => (i + step) % 5)),
};
const PLAN: NonNullable<Recipe['contrast']> = {
  temperature: 0.05,
  tokens: 60,
  maxLength: 16,
  labels: { least: 2, most: 3 },
  textsToLabels: 1,
  labelsToTexts: 1,
  textsToTexts: 1,
  keep: 0.5,
};
const zeroShot = {
  hardShare: 0.5,
  wordings: { hypothesis: 1, description: 0, template: 0 },
} as Recipe['zeroShot'];

/** A token per word; what is written on it comes back by `words`. */
const words: string[] = [];
function encode(text: string) {
  const inputIds = text
    .trim()
    .split(' ')
    .map((word) => (words.includes(word) ? words.indexOf(word) : words.push(word) - 1));
  return { inputIds, tokenTypeIds: inputIds.map(() => 0) };
}
const written = (inputIds: readonly number[]) => inputIds.map((id) => words[id]).join(' ');
const groups = (seed = 1, plan = PLAN) =>
  createGroups(
    { zeroShot: [{ share: 1, set: SET }] },
    { contrast: plan, zeroShot },
    { random: createRandom(seed), encode },
  );

const rowsOf = (group: ReturnType<ReturnType<typeof groups>>) =>
  group.rows.map((row) => written(row.inputIds));

test('the same step gives the same group in any order; another step or seed another', () => {
  const one = groups();
  const later = rowsOf(one(7));
  expect(rowsOf(one(3))).not.toEqual(later);
  expect(rowsOf(one(7))).toEqual(later);
  expect(rowsOf(groups()(7))).toEqual(later);
  expect(rowsOf(groups(2)(7))).not.toEqual(later);
});

test('a group fits into its tokens with padding, holds no text twice and no label without texts', () => {
  for (let step = 1; step <= 60; step++) {
    const group = groups()(step);
    const width = Math.max(...group.rows.map(({ inputIds }) => inputIds.length));
    expect(group.rows.length * width).toBeLessThanOrEqual(PLAN.tokens);
    const rows = rowsOf(group);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows).not.toContain('it is e');
    const labels = rows.filter((row) => row.startsWith('it is'));
    expect(labels.length).toBeGreaterThanOrEqual(2);
    expect(labels.length).toBeLessThanOrEqual(3);
    expect(rows.length).toBeGreaterThan(labels.length);
  }
});

test('texts are drawn to their labels, labels to their texts, texts to texts that share a label', () => {
  for (let step = 1; step <= 20; step++) {
    const group = groups()(step);
    const rows = rowsOf(group);
    const { positives, shape } = contrastOf(rows.length, group.views);
    const labelsOf = (row: string) => SET.texts[Number(row.split(' ')[1])]!.labels.map((l) => NAMES[l]);
    const isLabel = (row: string) => row.startsWith('it is');
    const related = (one: string, other: string) => {
      if (isLabel(one) && isLabel(other)) return false;
      if (isLabel(one)) return labelsOf(other).includes(one.at(-1)!);
      if (isLabel(other)) return labelsOf(one).includes(other.at(-1)!);
      return labelsOf(one).some((label) => labelsOf(other).includes(label));
    };
    let drawn = 0;
    for (const [at, positive] of positives.entries()) {
      const i = Math.floor(at / shape[1]) % shape[1];
      const j = at % shape[1];
      if (positive > 0) drawn += 1;
      if (positive > 0) expect(related(rows[i]!, rows[j]!), `${rows[i]} to ${rows[j]}`).toBe(true);
    }
    expect(drawn).toBeGreaterThan(0);
  }
});

test('a set with fewer texts than fit gives what it has', () => {
  const group = groups(1, { ...PLAN, tokens: 10_000 })(1);
  expect(rowsOf(group).filter((row) => row.startsWith('text')).length).toBeLessThanOrEqual(20);
});
