import { expect, test } from 'vitest';
import { gradient } from '../../../engine/autodiff/gradient.ts';
import { EngineError } from '../../../engine/errors.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Graph } from '../../../engine/graph/graph.ts';
import type { Shapes } from '../../../engine/graph/shapes.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';

/** What is thrown when the sum of an expression of x: [2, 4] is differentiated by x. */
function thrownFor(build: (b: GraphBuilder, x: string) => string): unknown {
  const graph: Graph = { name: 'test', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const shapes: Shapes = new Map();
  const b = new GraphBuilder(graph, 'f', shapes);
  const x = b.input('x', {
    dtype: 'float32',
    dims: [
      [2, 2],
      [4, 4],
    ],
  });
  const y = build(b, x);
  if (!b.shapeOf(y)) b.declare(y, { dtype: 'float32', dims: [[2, 2]] });
  const loss = b.emit('ReduceSum', [y], { keepdims: 0 });
  try {
    return gradient(graph, { loss, wrt: [x], shapes, modelName: 'acme/model' });
  } catch (error) {
    return error;
  }
}

test.each<[string, (b: GraphBuilder, x: string) => string, string]>([
  ['an operator without a rule', (b, x) => b.emit('Det', [x]), 'Det (node "f/Det_0")'],
  ['one of another domain', (b, x) => b.emit('Relu', [x], {}, 'acme'), 'acme.Relu (node "f/Relu_0")'],
  [
    'Einsum with a letter twice',
    (b, x) => b.emit('Einsum', [b.matmul(x, b.transpose(x, [1, 0]))], { equation: 'ii->i' }),
    'Einsum (node "f/Einsum_2") of acme/model: a term of "ii->i" has a letter twice',
  ],
  [
    'Einsum with an axis of its own',
    (b, x) => b.emit('Einsum', [x], { equation: 'ij->i' }),
    'Einsum (node "f/Einsum_0") of acme/model: an axis of "ij->i" is summed by itself',
  ],
  [
    'Einsum with an ellipsis',
    (b, x) => b.emit('Einsum', [x], { equation: '...j->j...' }),
    'Einsum (node "f/Einsum_0") of acme/model: its equation is "...j->j..."',
  ],
  [
    'GatherND with batch_dims',
    (b, x) => b.emit('GatherND', [x, b.unsqueeze(b.ints([1, 2]), [1])], { batch_dims: 1 }),
    'GatherND (node "f/GatherND_3") of acme/model: it has batch_dims',
  ],
  [
    'a Slice with computed axes',
    (b, x) => b.emit('Slice', [x, b.ints([0]), b.ints([1]), b.neg(b.ints([-1]))]),
    'Slice (node "f/Slice_4") of acme/model: its axes are computed',
  ],
  [
    'a product with a vector',
    (b, x) => b.matmul(x, b.filled(4, 1)),
    'MatMul (node "f/MatMul_1") of acme/model: it multiplies a vector',
  ],
  [
    'a Pad that mirrors',
    (b, x) => b.emit('Pad', [x, b.ints([0, 1, 0, 0])], { mode: 'reflect' }),
    'Pad (node "f/Pad_1") of acme/model: it pads by "reflect"',
  ],
  [
    'a convolution with strides',
    (b, x) =>
      b.emit('Conv', [b.unsqueeze(x, [0]), b.constant(floatTensor([1, 1], [1, 2, 1]))], { strides: [2] }),
    'Conv (node "f/Conv_3") of acme/model: it has strides',
  ],
])('%s is refused with no_gradient_rule, naming operator and node', (_, build, named) => {
  const thrown = thrownFor(build);
  expect(thrown).toBeInstanceOf(EngineError);
  expect(thrown).toMatchObject({ code: 'no_gradient_rule', message: expect.stringContaining(named) });
});
