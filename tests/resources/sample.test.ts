import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Review = z.strictObject({
  id: z.string().regex(/^r\d{3}$/),
  text: z.string().min(1).max(1000),
  labels: z.array(z.string()),
});
const Label = z.strictObject({ name: z.string(), description: z.string(), hypothesis: z.string() });
type Review = z.infer<typeof Review>;

const folder = resolve(import.meta.dirname, '../../resources/sample');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const reviewsOf = (name: string): Review[] =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((line) => Review.parse(JSON.parse(line)));

const train = reviewsOf('train.jsonl');
const held = reviewsOf('test.jsonl');
const labels = z.array(Label).parse(JSON.parse(read('labels.json')));
const names = labels.map(({ name }) => name);
const all = [...train, ...held];

/** Words only, so that copies with other punctuation are found too. */
const bare = ({ text }: Review) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
const shareOf = (part: readonly Review[], holds: (review: Review) => boolean) =>
  part.filter(holds).length / part.length;

test('there are enough reviews, and each label has enough in both parts', () => {
  expect(train.length).toBeGreaterThanOrEqual(240);
  expect(held.length).toBeGreaterThanOrEqual(120);
  const support = (part: readonly Review[]) =>
    names.map((name) => part.filter((review) => review.labels.includes(name)).length);
  expect(Math.min(...support(train))).toBeGreaterThanOrEqual(35);
  expect(Math.min(...support(held))).toBeGreaterThanOrEqual(18);
});

test('labels are about as frequent in one part as in the other', () => {
  const apart = names.map((name) =>
    Math.abs(
      shareOf(train, (review) => review.labels.includes(name)) -
        shareOf(held, (review) => review.labels.includes(name)),
    ),
  );
  expect(Math.max(...apart)).toBeLessThan(0.1);
});

test('every label of a review is in labels.json, once, in its order', () => {
  for (const review of all) {
    expect([review.id, review.labels]).toEqual([
      review.id,
      names.filter((name) => review.labels.includes(name)),
    ]);
  }
  expect(labels.map(({ hypothesis }) => hypothesis)).toEqual(
    names.map((name) => `This review is about ${name}.`),
  );
});

test('most reviews have one to three labels, some none', () => {
  for (const part of [train, held]) {
    const none = shareOf(part, (review) => review.labels.length === 0);
    expect(none).toBeGreaterThan(0.05);
    expect(none).toBeLessThan(0.1);
    expect(shareOf(part, (review) => review.labels.length > 3)).toBeLessThan(0.02);
    expect(shareOf(part, (review) => review.labels.length >= 2)).toBeGreaterThan(0.3);
  }
});

test('no id and no text occurs twice, in one part or in both', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(bare)).size).toBe(all.length);
});

test('no two reviews follow one template', () => {
  const words = all.map((review) => new Set(bare(review).trim().split(' ')));
  const similar = words.flatMap((one, index) =>
    words.slice(index + 1).flatMap((other, offset) => {
      if (Math.min(one.size, other.size) < 6) return [];
      const shared = [...one].filter((word) => other.has(word)).length;
      const alike = shared / (one.size + other.size - shared);
      return alike > 0.4 ? [[all[index]?.text, all[index + 1 + offset]?.text]] : [];
    }),
  );
  expect(similar).toEqual([]);
});

test('lengths vary, from a few words to a paragraph', () => {
  const lengths = all.map(({ text }) => text.split(/\s+/).length).sort((one, other) => one - other);
  expect(lengths.at(0)).toBeLessThan(4);
  expect(lengths.at(-1)).toBeGreaterThan(45);
  expect(lengths.at(-1)).toBeLessThan(100);
});
