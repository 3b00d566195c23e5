import { expect, test } from 'vitest';
import { makeNode } from '../../../engine/graph/builder.ts';
import { dimAt } from '../../../engine/graph/extrapolate.ts';
import type { Graph } from '../../../engine/graph/graph.ts';
import { lifetimesOf, peakLiveBytes } from '../../../engine/graph/liveBytes.ts';
import { reverseLeaves, runtimeOrder } from '../../../engine/graph/runtimeOrder.ts';

/** Nodes as "output = Op(input, …)". */
function graphOf(lines: readonly string[], outputs: readonly string[]): Graph {
  const nodes = lines.map((line) => {
    const [, output, op, inputs] = /^(\S+) = (\w+)\((.*)\)$/.exec(line)!;
    return makeNode({ op: op!, name: output!, inputs: inputs!.split(', '), outputs: [output!] });
  });
  const info = (name: string) => ({ name, dtype: null, dims: null });
  return {
    name: 'g',
    nodes,
    initializers: new Map(),
    inputs: [info('x'), info('w')],
    outputs: outputs.map(info),
  };
}
const bytes = (sizes: Record<string, number>) => (name: string) => sizes[name] ?? 0;
const peak = (graph: Graph, sizes: Record<string, number>) =>
  peakLiveBytes(lifetimesOf(graph, runtimeOrder(graph)), bytes(sizes));

test('a value is alive from the node that makes it to its last reader', () => {
  const graph = graphOf(['a = MatMul(x, w)', 'b = MatMul(a, w)', 'c = MatMul(b, w)', 'y = Sum(c, a)'], ['y']);
  // a + b, a + b + c, a + c: the second.
  expect(peak(graph, { a: 100, b: 30, c: 7 })).toBe(137);
});

test('a view needs no memory and keeps what it looks at alive', () => {
  const graph = graphOf(
    ['a = MatMul(x, w)', 'v = Reshape(a, w)', 'b = MatMul(x, x)', 'y = MatMul(v, b)'],
    ['y'],
  );
  expect(peak(graph, { a: 100, v: 100, b: 30 })).toBe(130);
});

test('an element-wise operator writes over an operand that ends there, and over no other', () => {
  const chain = graphOf(['a = MatMul(x, w)', 'b = Neg(a)', 'y = MatMul(b, w)'], ['y']);
  expect(peak(chain, { a: 100, b: 100 })).toBe(100);
  const kept = graphOf(['a = MatMul(x, w)', 'b = Neg(a)', 'y = MatMul(b, a)'], ['y']);
  expect(peak(kept, { a: 100, b: 100 })).toBe(200);
});

test('inputs, constants and outputs count nothing', () => {
  expect(peak(graphOf(['y = MatMul(x, w)'], ['y']), { x: 5, w: 5, y: 5 })).toBe(0);
});

/** Two layers: each weight gradient needs the layer's activation and the gradient that arrives. */
const backward = () =>
  graphOf(
    ['a = MatMul(x, w)', 'l = MatMul(a, w)', 'da = MatMul(l, w)', 'wa = Gemm(a, l)', 'wx = Gemm(x, da)'],
    ['wa', 'wx'],
  );
const names = (graph: Graph) => runtimeOrder(graph).map(({ name }) => name);

test('the runtime begins with the last node that nothing reads, and with its last input', () => {
  expect(names(backward())).toEqual(['a', 'l', 'da', 'wx', 'wa']);
});

test('with leaves reversed, a weight gradient is computed as soon as it can be, and less is alive', () => {
  const graph = backward();
  const sizes = { a: 100, l: 10, da: 30 };
  const before = peak(graph, sizes);
  reverseLeaves(graph);
  expect(names(graph)).toEqual(['a', 'l', 'wa', 'da', 'wx']);
  expect([before, peak(graph, sizes)]).toEqual([140, 110]);
});

test.each([
  ['a constant', [12, 12], 12],
  ['the batch', [2, 3], 4],
  ['twelve times the batch', [24, 36], 48],
  ['the sequence', [11, 13], 100],
  ['all tokens', [22, 39], 400],
  ['the sequence squared', [121, 169], 10_000],
  ['all relative positions', [21, 25], 199],
] as const)('a dimension that is %s', (_, dim, at) => {
  expect(dimAt(dim, { batch: 4, sequence: 100 })).toBe(at);
});
