import { expect, test } from 'vitest';
import type { Graph, Model } from '../../../engine/graph/graph.ts';
import type { Shapes } from '../../../engine/graph/shapes.ts';
import {
  appendSupervisedContrastive,
  COMPARED,
  type ContrastView,
  contrastOf,
  LEFT_OUT,
  labelOverlap,
  POSITIVES,
} from '../../../engine/loss/supervisedContrastive.ts';
import { createSession, floats, floatsOf } from '../../../engine/runtime/session.ts';

const TEMPERATURE = 0.2;
/** Of length 1. */
const ROWS = [
  [1, 0],
  [0.8, 0.6],
  [0, 1],
  [-0.6, 0.8],
];

async function lossOf(views: readonly ContrastView[]): Promise<number> {
  const graph: Graph = {
    name: 'contrast',
    nodes: [],
    initializers: new Map(),
    inputs: [{ name: 'z', dtype: 'float32', dims: ['batch_size', 2] }],
    outputs: [],
  };
  const shapes: Shapes = new Map([
    [
      'z',
      {
        dtype: 'float32',
        dims: [
          [2, 3],
          [2, 2],
        ],
      },
    ],
  ]);
  const loss = appendSupervisedContrastive(graph, { embedding: 'z', temperature: TEMPERATURE }, shapes);
  graph.outputs = [{ name: loss, dtype: 'float32', dims: [] }];
  const model: Model = { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
  const session = await createSession(model);
  const { positives, compared, shape } = contrastOf(ROWS.length, views);
  const result = await session.run({
    z: floats(Float32Array.from(ROWS.flat()), [ROWS.length, 2]),
    [POSITIVES]: floats(positives, shape),
    [COMPARED]: floats(compared, shape),
  });
  await session.release();
  return floatsOf(result[loss])[0]!;
}

/** −log of row j's share of the softmax over `among`. */
function surprise(i: number, j: number, among: readonly number[]): number {
  const sharp = (k: number) =>
    Math.exp((ROWS[i]![0]! * ROWS[k]![0]! + ROWS[i]![1]! * ROWS[k]![1]!) / TEMPERATURE);
  return -Math.log(sharp(j) / among.reduce((sum, k) => sum + sharp(k), 0));
}

const ALL = [0, 1, 2, 3];
const together = (one: number, other: number) => (one < 2 === other < 2 ? 1 : 0);

test('one positive per row: the mean surprise at it among the other rows', async () => {
  const expected =
    (surprise(0, 1, [1, 2, 3]) +
      surprise(1, 0, [0, 2, 3]) +
      surprise(2, 3, [0, 1, 3]) +
      surprise(3, 2, [0, 1, 2])) /
    4;
  const loss = await lossOf([{ anchors: ALL, candidates: ALL, affinity: together, weight: 1 }]);
  expect(loss).toBeCloseTo(expected, 5);
});

test('several views add up by their weights, and an anchor is compared with its candidates alone', async () => {
  const views: ContrastView[] = [
    { anchors: [0], candidates: ALL, affinity: together, weight: 2 },
    { anchors: [3], candidates: [1, 2], affinity: (_, j) => (j === 2 ? 1 : 0), weight: 0.5 },
  ];
  const expected = 2 * surprise(0, 1, [1, 2, 3]) + 0.5 * surprise(3, 2, [1, 2]);
  expect(await lossOf(views)).toBeCloseTo(expected, 5);
});

test('positives weigh by how much labels overlap; rows without one take no part in the mean', async () => {
  const labels = [[1, 2], [1, 2], [2], []];
  const affinity = (i: number, j: number) => labelOverlap(labels[i]!, labels[j]!);
  const expected =
    ((2 / 3) * surprise(0, 1, [1, 2, 3]) +
      (1 / 3) * surprise(0, 2, [1, 2, 3]) +
      (2 / 3) * surprise(1, 0, [0, 2, 3]) +
      (1 / 3) * surprise(1, 2, [0, 2, 3]) +
      (1 / 2) * surprise(2, 0, [0, 1, 3]) +
      (1 / 2) * surprise(2, 1, [0, 1, 3])) /
    3;
  expect(await lossOf([{ anchors: ALL, candidates: ALL, affinity, weight: 1 }])).toBeCloseTo(expected, 5);
});

test('nothing to compare is no loss', async () => {
  expect(await lossOf([])).toBeCloseTo(0, 9);
  expect(await lossOf([{ anchors: ALL, candidates: ALL, affinity: () => 0, weight: 1 }])).toBeCloseTo(0, 9);
});

test('an anchor is never its own candidate, and what is not compared is left out', () => {
  const { positives, compared, shape } = contrastOf(3, [
    { anchors: [0, 1], candidates: [0, 1], affinity: () => 1, weight: 1 },
  ]);
  expect(shape).toEqual([1, 3, 3]);
  expect([...positives]).toEqual([0, 0.5, 0, 0.5, 0, 0, 0, 0, 0]);
  expect([...compared]).toEqual([LEFT_OUT, 0, LEFT_OUT, 0, ...Array(5).fill(LEFT_OUT)]);
});

test('overlap of label sets: equal 1, disjoint or empty 0, repeats count once', () => {
  expect(labelOverlap([1, 2], [2, 1])).toBe(1);
  expect(labelOverlap([1, 2, 2], [2, 2, 3])).toBeCloseTo(1 / 3);
  expect(labelOverlap([1], [2])).toBe(0);
  expect(labelOverlap([], [])).toBe(0);
});
