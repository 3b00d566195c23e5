import { expect, test } from 'vitest';
import type { TextSet } from '../../tools/nli/readData.ts';
import {
  centredByLabel,
  combined,
  logOdds,
  majorityScores,
  zeroShotScores,
} from '../../tools/nli/zeroShotTable.ts';

const label = (name: string) => ({ name, description: name, hypothesis: name });
const SET: TextSet = {
  name: 's',
  labels: [label('a'), label('b')],
  texts: [
    { text: '1', labels: [0] },
    { text: '2', labels: [1] },
    { text: '3', labels: [0, 1] },
    { text: '4', labels: [] },
  ],
};
const table = (rows: number[][]) => rows.map((row) => Float32Array.from(row));
const RIGHT = table([
  [0.4, 0.1],
  [0.1, 0.3],
  [0.3, 0.4],
  [0.1, 0.2],
]);

test('scores that separate below 0.5 are perfect at the best threshold and worthless at 0.5', () => {
  const scores = zeroShotScores(SET, RIGHT);
  expect(scores).toMatchObject({ macroF1: 0, microF1: 0, macroF1Best: 1, microF1Best: 1 });
  expect(scores.meanAveragePrecision).toBeCloseTo(1);
  expect(scores.topLabel).toBe(1);
});

test('a text without labels counts in no top label', () => {
  const wrong = RIGHT.map((row) => Float32Array.from([row[1]!, row[0]!]));
  expect(zeroShotScores(SET, wrong).topLabel).toBeCloseTo(1 / 3);
});

test('the majority guess is the share of each label', () => {
  expect(majorityScores(SET).map((row) => [...row])).toEqual(Array(4).fill([0.5, 0.5]));
});

test('combining does not depend on the scale of a reading; centring removes what a label has for all texts', () => {
  const doubled = RIGHT.map((row) => row.map((x) => 7 * x + 3));
  const [one, other] = [combined(RIGHT, RIGHT), combined(doubled, RIGHT)];
  for (const [t, row] of one.entries())
    for (const [l, p] of row.entries()) expect(other[t]![l]).toBeCloseTo(p, 4);
  const shifted = RIGHT.map((row) => Float32Array.from([row[0]! + 5, row[1]!]));
  const [a, b] = [centredByLabel(RIGHT), centredByLabel(shifted)];
  for (const [t, row] of a.entries()) for (const [l, x] of row.entries()) expect(b[t]![l]).toBeCloseTo(x, 4);
});

test('log-odds undo the logistic function and stay finite', () => {
  const [row] = logOdds(table([[0.5, 0, 1, 1 / (1 + Math.exp(-2))]]));
  expect(row![0]).toBeCloseTo(0);
  expect(row![3]).toBeCloseTo(2, 4);
  expect([...row!].every(Number.isFinite)).toBe(true);
});

test('accuracy is the share of right top labels of a single-label set, and of no other set', () => {
  const single = { ...SET, texts: SET.texts.slice(0, 2) };
  expect(zeroShotScores(single, RIGHT.slice(0, 2)).accuracy).toBe(1);
  expect(zeroShotScores(single, RIGHT.slice(0, 2).reverse()).accuracy).toBe(0);
  expect(zeroShotScores(SET, RIGHT).accuracy).toBeNull();
});
