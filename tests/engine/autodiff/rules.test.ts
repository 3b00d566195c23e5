import { describe, expect, test } from 'vitest';
import { operatorsWithRules } from '../../../engine/autodiff/registry.ts';
import '../../../engine/autodiff/rules/all.ts';
import { type Expression, gradientError } from './checkGradient.ts';

interface Case {
  readonly op: string;
  readonly of: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: Expression;
  readonly positive?: boolean;
  readonly apart?: boolean;
  readonly differentiate?: readonly number[];
}

const unary = (op: string, more: Partial<Case> = {}, domain = ''): Case => ({
  op: domain === '' ? op : `${domain}.${op}`,
  of: 'a matrix',
  shapes: [[3, 4]],
  build: (b, [x]) => b.emit(op, [x!], {}, domain),
  ...more,
});
const binary = (op: string, more: Partial<Case> = {}): Case[] =>
  [
    {
      of: 'equal shapes',
      shapes: [
        [2, 3, 4],
        [2, 3, 4],
      ],
    },
    {
      of: 'a missing leading axis',
      shapes: [
        [2, 3, 4],
        [3, 4],
      ],
    },
    {
      of: 'stretched axes on both sides',
      shapes: [
        [2, 1, 4],
        [1, 3, 1],
      ],
    },
    { of: 'a scalar', shapes: [[], [2, 3]] },
  ].map((c) => ({ op, build: (b, x) => b.emit(op, x), ...c, ...more }));
const reduce = (op: string, more: Partial<Case> = {}): Case[] => [
  {
    op,
    of: 'the last axis, kept',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit(op, [x!, b.ints([-1])]),
    ...more,
  },
  {
    op,
    of: 'two axes, dropped',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit(op, [x!, b.ints([0, 2])], { keepdims: 0 }),
    ...more,
  },
  { op, of: 'all axes', shapes: [[2, 3]], build: (b, [x]) => b.emit(op, [x!], { keepdims: 0 }), ...more },
];
const gemm = (transA: number, transB: number): Case => ({
  op: 'Gemm',
  of: `transA ${transA}, transB ${transB}, alpha, beta`,
  shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
  build: (b, x) => b.emit('Gemm', x, { transA, transB, alpha: 0.5, beta: 2 }),
});

const cases: Case[] = [
  ...['Add', 'Sub', 'Mul', 'Sum', 'Mean'].flatMap((op) => binary(op)),
  ...['Max', 'Min'].flatMap((op) => binary(op, { apart: true })),
  ...['Div', 'Pow'].flatMap((op) => binary(op, { positive: true })),
  ...['Neg', 'Exp', 'Sin', 'Cos', 'Tanh', 'Sigmoid', 'Erf', 'Softplus', 'Elu', 'Identity'].map((op) =>
    unary(op),
  ),
  ...['Sqrt', 'Log', 'Reciprocal', 'Abs', 'Relu', 'LeakyRelu'].map((op) => unary(op, { positive: true })),
  unary('Softmax'),
  unary('LogSoftmax'),
  {
    op: 'Softmax',
    of: 'a middle axis',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit('Softmax', [x!], { axis: 1 }),
  },
  unary('Gelu', {}, 'com.microsoft'),
  unary('FastGelu', {}, 'com.microsoft'),
  unary('QuickGelu', {}, 'com.microsoft'),
  unary('HardSigmoid'),
  unary('Cast', { build: (b, [x]) => b.emit('Cast', [x!], { to: 1 }) }),
  unary('Dropout'),
  unary('Clip', { build: (b, [x]) => b.emit('Clip', [x!, b.scalar(-10), b.scalar(10)]) }),
  {
    op: 'Where',
    of: 'broadcast branches',
    shapes: [[2, 3], [3], [2, 1]],
    build: (b, [c, x, y]) => b.emit('Where', [b.emit('Greater', [c!, b.scalar(0)]), x!, y!]),
    differentiate: [1, 2],
  },
  {
    op: 'MatMul',
    of: 'two matrices',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: (b, x) => b.emit('MatMul', x),
  },
  {
    op: 'MatMul',
    of: 'a batch and one matrix',
    shapes: [
      [2, 5, 3],
      [3, 4],
    ],
    build: (b, x) => b.emit('MatMul', x),
  },
  {
    op: 'MatMul',
    of: 'two batches, one stretched',
    shapes: [
      [2, 1, 5, 3],
      [4, 3, 2],
    ],
    build: (b, x) => b.emit('MatMul', x),
  },
  gemm(0, 0),
  gemm(0, 1),
  gemm(1, 0),
  gemm(1, 1),
  {
    op: 'LayerNormalization',
    of: 'the last axis',
    shapes: [[2, 3, 8], [8], [8]],
    build: (b, x) => b.emit('LayerNormalization', x, { axis: -1, epsilon: 1e-5 }),
  },
  {
    op: 'LayerNormalization',
    of: 'the last two axes',
    shapes: [
      [2, 3, 8],
      [3, 8],
      [3, 8],
    ],
    build: (b, x) => b.emit('LayerNormalization', x, { axis: 1, epsilon: 1e-5 }),
  },
  ...['ReduceSum', 'ReduceMean', 'ReduceSumSquare', 'ReduceMax', 'ReduceMin', 'ReduceLogSumExp'].flatMap(
    (op) => reduce(op),
  ),
  ...['ReduceL1', 'ReduceL2'].flatMap((op) => reduce(op, { positive: true })),
  {
    op: 'Reshape',
    of: 'a computed shape',
    shapes: [[2, 6]],
    build: (b, [x]) => b.reshape(x!, b.ints([3, -1])),
  },
  {
    op: 'Flatten',
    of: 'axis 2',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit('Flatten', [x!], { axis: 2 }),
  },
  { op: 'Squeeze', of: 'one axis', shapes: [[2, 1, 4]], build: (b, [x]) => b.squeeze(x!, [1]) },
  { op: 'Unsqueeze', of: 'two axes', shapes: [[2, 4]], build: (b, [x]) => b.unsqueeze(x!, [0, 2]) },
  {
    op: 'Transpose',
    of: 'a permutation',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.transpose(x!, [2, 0, 1]),
  },
  {
    op: 'Transpose',
    of: 'no permutation',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit('Transpose', [x!]),
  },
  {
    op: 'Expand',
    of: 'new and stretched axes',
    shapes: [[3, 1]],
    build: (b, [x]) => b.expand(x!, b.ints([2, 3, 4])),
  },
  { op: 'Tile', of: 'two axes', shapes: [[2, 3]], build: (b, [x]) => b.emit('Tile', [x!, b.ints([2, 3])]) },
  {
    op: 'Concat',
    of: 'three parts',
    shapes: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
    build: (b, x) => b.concat(x, -1),
  },
  {
    op: 'Split',
    of: 'unequal parts, one unused',
    shapes: [[2, 6]],
    build: (b, [x]) => {
      const [first, , third] = b.emitAll('Split', [x!, b.ints([2, 3, 1])], 3, { axis: 1 });
      return b.mul(first!, third!);
    },
  },
  {
    op: 'Gather',
    of: 'repeated rows',
    shapes: [[4, 3]],
    build: (b, [x]) => b.emit('Gather', [x!, b.ints([1, 1, 3])]),
  },
  {
    op: 'Gather',
    of: 'one position of a middle axis',
    shapes: [[2, 4, 3]],
    build: (b, [x]) => b.emit('Gather', [x!, b.constantInt(-1)], { axis: 1 }),
  },
  {
    op: 'GatherElements',
    of: 'repeated positions',
    shapes: [[2, 3]],
    build: (b, [x]) =>
      b.emit('GatherElements', [x!, b.reshape(b.ints([0, 0, 2, 1, 1, 1]), b.ints([2, 3]))], { axis: 1 }),
  },
  {
    op: 'GatherND',
    of: 'whole rows',
    shapes: [[3, 4]],
    build: (b, [x]) => b.emit('GatherND', [x!, b.reshape(b.ints([2, 2, 0]), b.ints([3, 1]))]),
  },
  {
    op: 'Slice',
    of: 'two axes, open end',
    shapes: [[4, 5, 2]],
    build: (b, [x]) => b.emit('Slice', [x!, b.ints([1, 2]), b.ints([3, 9999]), b.ints([0, 1])]),
  },
  {
    op: 'Slice',
    of: 'a negative step',
    shapes: [[6, 2]],
    build: (b, [x]) => b.emit('Slice', [x!, b.ints([-1]), b.ints([-6]), b.ints([0]), b.ints([-2])]),
  },
  {
    op: 'Pad',
    of: 'both sides of two axes',
    shapes: [[2, 3, 4]],
    build: (b, [x]) => b.emit('Pad', [x!, b.ints([0, 1, 2, 0, 3, 0])]),
  },
  {
    op: 'Pad',
    of: 'a side that is cut off, axes given',
    shapes: [[2, 3, 5]],
    build: (b, [x]) => b.emit('Pad', [x!, b.ints([-1, 2, 1, -2]), '', b.ints([2, 1])]),
  },
  {
    op: 'Conv',
    of: 'every channel by itself, as in ConvBERT',
    shapes: [
      [2, 6, 5],
      [6, 1, 3],
    ],
    build: (b, x) => b.emit('Conv', x, { group: 6, pads: [1, 1], kernel_shape: [3] }),
  },
  {
    op: 'Conv',
    of: 'all channels, a kernel of one',
    shapes: [[3, 4, 5], [2, 4, 1], [2]],
    build: (b, x) => b.emit('Conv', x),
  },
  {
    op: 'Conv',
    of: 'two dimensions, groups, dilations, unequal pads, a bias',
    shapes: [[2, 4, 6, 5], [6, 2, 3, 2], [6]],
    build: (b, x) => b.emit('Conv', x, { group: 2, dilations: [2, 1], pads: [1, 0, 3, 1] }),
  },
  ...(
    [
      [
        'positions relative to the query, as in BERT',
        'bhld,lrd->bhlr',
        [
          [2, 2, 3, 4],
          [3, 5, 4],
        ],
      ],
      [
        'heads beside positions, as in XLNet',
        'ibnd,jbnd->bnij',
        [
          [3, 2, 2, 4],
          [5, 2, 2, 4],
        ],
      ],
      [
        'a product without an arrow',
        'ij, jk',
        [
          [3, 4],
          [4, 2],
        ],
      ],
      [
        'three at once',
        'ab,bc,ac->b',
        [
          [2, 3],
          [3, 4],
          [2, 4],
        ],
      ],
      ['one, turned', 'abc->cab', [[2, 3, 4]]],
    ] as const
  ).map(
    ([of, equation, shapes]): Case => ({
      op: 'Einsum',
      of,
      shapes,
      build: (b, x) => b.emit('Einsum', x, { equation }),
    }),
  ),
];

describe('the gradient rule of', () => {
  test.each(cases.map((c, i) => [`${c.op}, ${c.of}`, c, i] as const))(
    '%s agrees with a central difference',
    async (_, c, i) => {
      const { build, shapes, ...rest } = c;
      for (const seed of [i + 1, i + 1001])
        expect(await gradientError(build, shapes, { ...rest, seed })).toBeLessThan(2e-2);
    },
  );
});

test('every operator with a rule is checked, standard Gelu (opset 20) through its twin', () => {
  const checked = new Set([...cases.map((c) => c.op), 'Gelu']);
  expect(operatorsWithRules().filter((op) => !checked.has(op))).toEqual([]);
});
