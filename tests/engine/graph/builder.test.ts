import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Graph } from '../../../engine/graph/graph.ts';
import { printShape } from '../../../engine/graph/print.ts';
import type { Dim } from '../../../engine/graph/shapes.ts';

const BATCH: Dim = [2, 3];
const TOKENS: Dim = [11, 13];

function started(): { b: GraphBuilder; x: string; shape: (name: string) => string } {
  const graph: Graph = { name: 'test', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, 'f');
  const x = b.input('x', { dtype: 'float32', dims: [BATCH, TOKENS, [8, 8]] }, ['batch', 'tokens', 8]);
  const shape = (name: string) => {
    const known = b.shapeOf(name);
    return known ? printShape(known) : 'unknown';
  };
  return { b, x, shape };
}

test.each<[string, (b: GraphBuilder, x: string) => string, string]>([
  ['stretched axes', (b, x) => b.add(x, b.filled(8, 1)), 'float32[2|3, 11|13, 8]'],
  ['a comparison', (b, x) => b.emit('Greater', [x, b.scalar(0)]), 'bool[2|3, 11|13, 8]'],
  ['a sum, kept', (b, x) => b.sum(x, [-1], 1), 'float32[2|3, 11|13, 1]'],
  ['a sum of two axes, dropped', (b, x) => b.sum(x, [0, 2], 0), 'float32[11|13]'],
  ['a transposed product', (b, x) => b.matmul(x, b.transpose(x, [0, 2, 1])), 'float32[2|3, 11|13, 11|13]'],
  ['a Reshape by numbers', (b, x) => b.reshape(x, b.ints([0, -1, 2, 4])), 'float32[2|3, 11|13, 2, 4]'],
  [
    'a Reshape to the shape of another',
    (b, x) => b.reshape(b.reshape(x, b.ints([-1])), b.shape(x)),
    'float32[2|3, 11|13, 8]',
  ],
  [
    'an Expand to a computed shape',
    (b, x) => b.expand(b.scalar(0), b.concat([b.dim(x, 1), b.dim(x, 0)], 0)),
    'float32[11|13, 2|3]',
  ],
  [
    'one position of an axis',
    (b, x) => b.emit('Gather', [x, b.constantInt(0)], { axis: 1 }),
    'float32[2|3, 8]',
  ],
  [
    'a slice from the end',
    (b, x) => b.emit('Slice', [x, b.ints([-3]), b.ints([1000]), b.ints([1])]),
    'float32[2|3, 3, 8]',
  ],
  [
    'axes put in and taken out',
    (b, x) => b.squeeze(b.unsqueeze(x, [0, 3]), [0]),
    'float32[2|3, 11|13, 1, 8]',
  ],
  ['parts side by side', (b, x) => b.concat([x, x, b.sum(x, [2], 1)], -1), 'float32[2|3, 11|13, 17]'],
  ['zeros around', (b, x) => b.emit('Pad', [x, b.ints([0, 1, 0, 0, 2, 0])]), 'float32[2|3, 14|16, 8]'],
  ['what an operator that is not known makes', (b, x) => b.emit('Einsum', [x]), 'unknown'],
])('the shape of %s is known', (_, build, wanted) => {
  const { b, x, shape } = started();
  expect(shape(build(b, x))).toBe(wanted);
});

test.each<[string, (b: GraphBuilder, x: string) => string, RegExp]>([
  [
    'sizes that do not broadcast',
    (b, x) => b.add(x, b.filled(7, 1)),
    /Add "f\/Add_1" does not fit: sizes 8 and 7 meet on axis 2\. It reads "x" float32\[2\|3, 11\|13, 8\]/,
  ],
  ['a product of matrices that do not fit', (b, x) => b.matmul(x, x), /8 columns meet 11 rows/],
  ['numbers and truths', (b, x) => b.add(x, b.emit('IsNaN', [x])), /its inputs are float32 and bool/],
  [
    'a Reshape that loses elements',
    (b, x) => b.reshape(b.sum(x, [0, 1], 0), b.ints([3, 2])),
    /8 elements do not fill \[3, 2\]/,
  ],
  ['a permutation of other axes', (b, x) => b.transpose(x, [1, 0]), /a permutation of 2 axes/],
])('%s are refused when they are built', (_, build, sentence) => {
  const { b, x } = started();
  expect(() => build(b, x)).toThrow(sentence);
});
