import { intOf, intsOf, type Node } from './graph.ts';
import { printShape } from './print.ts';
import type { Dim, Shape } from './shapes.ts';
import { dataTypeOf } from './tensor.ts';

/** What is known of the values that a node reads. */
export interface Facts {
  shape(name: string): Shape | undefined;
  /** The elements of a small integer value in the two probing runs, row-major. */
  numbers(name: string): readonly Dim[] | undefined;
}

type Dims = readonly Dim[];

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const BROADCAST = words('Add Sub Mul Div Pow Max Min Sum Mean And Or Xor Mod BiasGelu');
const COMPARE = words('Equal Greater GreaterOrEqual Less LessOrEqual');
const SAME = words(
  'Neg Abs Exp Log Sqrt Sin Cos Tanh Sigmoid Relu LeakyRelu Elu Softplus Erf Sign Reciprocal Identity Not Floor Ceil Round ' +
    'HardSigmoid Gelu FastGelu QuickGelu Softmax LogSoftmax Clip Dropout CumSum ScatterElements ScatterND Trilu',
);
const TESTS = words('IsNaN IsInf');
const REDUCE = words(
  'ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceProd ReduceSumSquare ReduceLogSum ReduceLogSumExp',
);

/**
 * The shape of each output of a node, as far as the shapes of its inputs tell it (ONNX Operators.md, opset 18).
 * Throws an Error that names operator, node and shapes where the inputs do not fit together.
 */
export function inferShapes(node: Node, facts: Facts): readonly (Shape | undefined)[] {
  const { op, inputs } = node;
  const inputShape = (i: number) => (inputs[i] ? facts.shape(inputs[i]) : undefined);
  const first = inputShape(0);
  const fail: Fail = (why) => {
    const given = inputs.map((name) => (name === '' ? 'absent' : `"${name}" ${text(facts.shape(name))}`));
    throw new Error(`${op} "${node.name}" does not fit: ${why}. It reads ${given.join(', ')}.`);
  };
  if (BROADCAST.has(op) || COMPARE.has(op) || op === 'Where') {
    const shapes = inputs.map((_, i) => inputShape(i));
    const known = shapes.filter((shape) => shape !== undefined);
    if (known.length < shapes.length) return [];
    const dtype = COMPARE.has(op) ? 'bool' : known[op === 'Where' ? 1 : 0]?.dtype;
    const types = new Set((op === 'Where' ? known.slice(1) : known).map((shape) => shape.dtype));
    if (types.size > 1 && op !== 'Pow') fail(`its inputs are ${[...types].join(' and ')}`);
    return dtype === undefined
      ? []
      : [
          {
            dtype,
            dims: broadcast(
              known.map(({ dims }) => dims),
              fail,
            ),
          },
        ];
  }
  if (!first) return op === 'ConstantOfShape' ? [] : rangeOf(node, facts);
  if (SAME.has(op)) return [first];
  if (TESTS.has(op)) return [{ dtype: 'bool', dims: first.dims }];
  if (REDUCE.has(op)) return [reduced(node, first, facts)].filter((shape) => shape !== undefined);
  const infer = OPERATORS[op];
  return infer?.({ node, first, inputShape, facts, fail }) ?? [];
}

type Fail = (why: string) => never;
interface Call {
  readonly node: Node;
  readonly first: Shape;
  readonly inputShape: (i: number) => Shape | undefined;
  readonly facts: Facts;
  readonly fail: Fail;
}

const one = (dtype: string, dims: Dims): [Shape] => [{ dtype, dims }];
const constant = (size: number): Dim => [size, size];
const text = (shape: Shape | undefined) => (shape ? printShape(shape) : 'of unknown shape');
const count = (dims: Dims): Dim => [
  dims.reduce((product, [size]) => product * size, 1),
  dims.reduce((product, [, size]) => product * size, 1),
];
const at = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** Multidirectional broadcasting (ONNX Broadcasting.md). */
function broadcast(all: readonly Dims[], fail: Fail): Dim[] {
  const rank = Math.max(0, ...all.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis): Dim => {
    const sizes = all.map((dims) => dims[axis - rank + dims.length]).filter((dim) => dim !== undefined);
    const size = (run: 0 | 1) => {
      const wanted = new Set(sizes.map((dim) => dim[run]).filter((n) => n !== 1));
      if (wanted.size > 1) fail(`sizes ${[...wanted].join(' and ')} meet on axis ${axis}`);
      return [...wanted][0] ?? 1;
    };
    return [size(0), size(1)];
  });
}

/** Axes as numbers, from the attribute of old opsets or the input of new ones; null: computed. */
function axesOf(node: Node, input: number, facts: Facts): readonly number[] | undefined | null {
  const attribute = intsOf(node, 'axes');
  if (attribute) return attribute;
  const name = node.inputs[input];
  if (!name) return undefined;
  return facts.numbers(name)?.map(([axis]) => axis) ?? null;
}

function reduced(node: Node, { dtype, dims }: Shape, facts: Facts): Shape | undefined {
  const given = axesOf(node, 1, facts);
  if (given === null) return undefined;
  if (!given?.length && intOf(node, 'noop_with_empty_axes', 0) === 1) return { dtype, dims };
  const axes = new Set(
    (given?.length ? given : dims.map((_, axis) => axis)).map((axis) => at(axis, dims.length)),
  );
  const kept = intOf(node, 'keepdims', 1) === 1;
  return { dtype, dims: dims.flatMap((dim, axis) => (axes.has(axis) ? (kept ? [constant(1)] : []) : [dim])) };
}

/** [..., m, k] · [..., k, n] → [..., m, n]; of Gemm only the matrices. */
function product({ node, first, inputShape, fail }: Call, dtype = first.dtype): Shape[] {
  const second = inputShape(1);
  if (!second) return [];
  if (first.dims.length < 2 || second.dims.length < 2) return [];
  const turned = (dims: Dims, flag: string): Dims => {
    const [m, n] = dims.slice(-2);
    return m && n && intOf(node, flag, 0) === 1 ? [...dims.slice(0, -2), n, m] : dims;
  };
  const [left, right] = [turned(first.dims, 'transA'), turned(second.dims, 'transB')];
  const [m, k] = left.slice(-2);
  const [inner, n] = right.slice(-2);
  if (!m || !n || !k || !inner) return [];
  if (k[0] !== inner[0] || k[1] !== inner[1]) fail(`${k[0]} columns meet ${inner[0]} rows`);
  return one(dtype, [...broadcast([left.slice(0, -2), right.slice(0, -2)], fail), m, n]);
}

function reshaped({ node, first, facts, fail }: Call): Shape[] {
  const target = facts.numbers(node.inputs[1] ?? '');
  if (!target) return [];
  const copies = intOf(node, 'allowzero', 0) === 0;
  const dims = target.map(
    (size, axis): Dim => (copies && size[0] === 0 ? (first.dims[axis] ?? [0, 0]) : size),
  );
  const [all, rest] = [count(first.dims), count(dims.filter(([size]) => size !== -1))];
  const open = dims.some(([size]) => size === -1);
  for (const run of [0, 1] as const)
    if (open ? rest[run] !== 0 && all[run] % rest[run] !== 0 : all[run] !== rest[run])
      fail(`${all[run]} elements do not fill [${dims.map((dim) => dim[run]).join(', ')}]`);
  const missing: Dim = [all[0] / rest[0] || 0, all[1] / rest[1] || 0];
  return one(
    first.dtype,
    dims.map((dim) => (dim[0] === -1 ? missing : dim)),
  );
}

/** Start, end and step of each axis that a Slice cuts, by axis. */
function sliced({ node, first: { dtype, dims }, facts }: Call): Shape[] {
  const [, starts, ends, axes, steps] = node.inputs.map((name) => (name ? facts.numbers(name) : undefined));
  if (!starts || !ends || (node.inputs[3] && !axes) || (node.inputs[4] && !steps)) return [];
  const result = [...dims];
  for (const [i, start] of starts.entries()) {
    const axis = at(axes?.[i]?.[0] ?? i, dims.length);
    const [size, end, step] = [dims[axis], ends[i], steps?.[i]?.[0] ?? 1];
    if (!size || !end) return [];
    const taken = (run: 0 | 1) => {
      const n = size[run];
      const bound = (value: number) =>
        Math.min(Math.max(value < 0 ? value + n : value, step < 0 ? -1 : 0), step < 0 ? n - 1 : n);
      return Math.max(0, Math.ceil((bound(end[run]) - bound(start[run])) / step));
    };
    result[axis] = [taken(0), taken(1)];
  }
  return one(dtype, result);
}

function concatenated({ node, first, inputShape, fail }: Call): Shape[] {
  const axis = at(intOf(node, 'axis', 0), first.dims.length);
  const shapes = node.inputs.map((_, i) => inputShape(i));
  let dims: Dims | undefined;
  for (const shape of shapes) {
    if (!shape) return [];
    const own = shape.dims;
    if (own.length !== first.dims.length) fail('its parts have different ranks');
    const before: Dims | undefined = dims;
    dims = own.map((dim, i): Dim => {
      const sofar = before?.[i];
      if (i === axis) return [dim[0] + (sofar?.[0] ?? 0), dim[1] + (sofar?.[1] ?? 0)];
      if (sofar && (sofar[0] !== dim[0] || sofar[1] !== dim[1])) fail(`its parts differ on axis ${i}`);
      return dim;
    });
  }
  return dims ? one(first.dtype, dims) : [];
}

function split({ node, first: { dtype, dims }, facts }: Call): Shape[] {
  const axis = at(intOf(node, 'axis', 0), dims.length);
  const sizes = intsOf(node, 'split')?.map(constant) ?? facts.numbers(node.inputs[1] ?? '');
  if (!sizes) return [];
  return sizes.map((size) => ({ dtype, dims: dims.map((dim, i) => (i === axis ? size : dim)) }));
}

function normalized({ node, first }: Call): Shape[] {
  const axis = at(intOf(node, 'axis', -1), first.dims.length);
  const rows = { dtype: 'float32', dims: first.dims.map((dim, i) => (i < axis ? dim : constant(1))) };
  return node.op === 'LayerNormalization' ? [first, rows, rows] : [first, rows];
}

function rangeOf(node: Node, facts: Facts): Shape[] {
  if (node.op !== 'Range') return [];
  const [from, to, step] = node.inputs.map((name) => facts.numbers(name)?.[0]);
  if (!from || !to || !step) return [];
  const size = (run: 0 | 1) => Math.max(0, Math.ceil((to[run] - from[run]) / step[run]));
  return one('int64', [[size(0), size(1)]]);
}

const OPERATORS: Readonly<Record<string, (call: Call) => Shape[]>> = {
  MatMul: product,
  FusedMatMul: product,
  Gemm: product,
  MatMulInteger: (call) => product(call, 'int32'),
  DynamicQuantizeMatMul: (call) => product(call, 'float32'),
  MatMulIntegerToFloat: (call) => product(call, 'float32'),
  Cast: ({ node, first }) => one(dataTypeOf(intOf(node, 'to', 1), node.name), first.dims),
  Transpose: ({ node, first, fail }) => {
    const perm = intsOf(node, 'perm') ?? first.dims.map((_, axis) => axis).reverse();
    if (perm.length !== first.dims.length) fail(`a permutation of ${perm.length} axes`);
    return one(
      first.dtype,
      perm.flatMap((axis) => first.dims.slice(axis, axis + 1)),
    );
  },
  Reshape: reshaped,
  Expand: ({ node, first, facts, fail }) => {
    const target = facts.numbers(node.inputs[1] ?? '');
    return target ? one(first.dtype, broadcast([first.dims, target], fail)) : [];
  },
  Unsqueeze: ({ node, first, facts }) => {
    const given = axesOf(node, 1, facts);
    if (!given) return [];
    const rank = first.dims.length + given.length;
    const added = new Set(given.map((axis) => at(axis, rank)));
    const rest = [...first.dims];
    return one(
      first.dtype,
      Array.from({ length: rank }, (_, axis) =>
        added.has(axis) ? constant(1) : (rest.shift() ?? constant(1)),
      ),
    );
  },
  Squeeze: ({ node, first: { dtype, dims }, facts, fail }) => {
    const given = axesOf(node, 1, facts);
    if (given === null) return [];
    const gone = new Set(given?.map((axis) => at(axis, dims.length)) ?? []);
    if (given?.some((axis) => dims[at(axis, dims.length)]?.[0] !== 1)) fail('an axis to be dropped is not 1');
    return one(
      dtype,
      dims.filter((dim, axis) => (given ? !gone.has(axis) : dim[0] !== 1 || dim[1] !== 1)),
    );
  },
  Flatten: ({ node, first }) => {
    const axis = at(intOf(node, 'axis', 1), first.dims.length);
    return one(first.dtype, [count(first.dims.slice(0, axis)), count(first.dims.slice(axis))]);
  },
  Concat: concatenated,
  Slice: sliced,
  Split: split,
  Gather: ({ node, first, inputShape }) => {
    const indices = inputShape(1);
    const axis = at(intOf(node, 'axis', 0), first.dims.length);
    if (!indices) return [];
    return one(first.dtype, [...first.dims.slice(0, axis), ...indices.dims, ...first.dims.slice(axis + 1)]);
  },
  GatherElements: ({ first, inputShape }) => {
    const indices = inputShape(1);
    return indices ? one(first.dtype, indices.dims) : [];
  },
  Shape: ({ node, first }) => {
    const end = intOf(node, 'end', first.dims.length);
    return one('int64', [constant(first.dims.slice(intOf(node, 'start', 0), end).length)]);
  },
  Size: () => one('int64', []),
  Pad: ({ node, first: { dtype, dims }, facts }) => {
    const pads = facts.numbers(node.inputs[1] ?? '');
    if (!pads || node.inputs[3] || pads.length !== 2 * dims.length) return [];
    const more = (axis: number, run: 0 | 1) =>
      (pads[axis]?.[run] ?? 0) + (pads[axis + dims.length]?.[run] ?? 0);
    return one(
      dtype,
      dims.map(([a, b], axis): Dim => [a + more(axis, 0), b + more(axis, 1)]),
    );
  },
  Tile: ({ node, first: { dtype, dims }, facts }) => {
    const repeats = facts.numbers(node.inputs[1] ?? '');
    return repeats
      ? one(
          dtype,
          dims.map(([a, b], i): Dim => [a * (repeats[i]?.[0] ?? 1), b * (repeats[i]?.[1] ?? 1)]),
        )
      : [];
  },
  LayerNormalization: normalized,
  SimplifiedLayerNormalization: normalized,
  DynamicQuantizeLinear: ({ first }) => [
    { dtype: 'uint8', dims: first.dims },
    { dtype: 'float32', dims: [] },
    { dtype: 'uint8', dims: [] },
  ],
  QuantizeLinear: ({ first, inputShape }) => one(inputShape(2)?.dtype ?? 'uint8', first.dims),
  MultiHeadAttention: ({ first }) => [first],
};

/** The elements of a node's small integer output in the two runs, where those of its inputs tell them. */
export function inferNumbers(node: Node, facts: Facts): readonly Dim[] | undefined {
  const { op, inputs } = node;
  const [name = ''] = inputs;
  const numbers = facts.numbers(name);
  const shape = facts.shape(name);
  if (op === 'Shape')
    return shape?.dims.slice(intOf(node, 'start', 0), intOf(node, 'end', shape.dims.length));
  if (op === 'Size') return shape && [count(shape.dims)];
  if (['Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Reshape'].includes(op)) return numbers;
  if (op === 'Concat') {
    const parts = inputs.map((input) =>
      facts.shape(input)?.dims.length === 1 ? facts.numbers(input) : undefined,
    );
    return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
  }
  if (op === 'Slice' && shape?.dims.length === 1) {
    const [from, to, axes, step] = inputs.slice(1).map((input) => facts.numbers(input)?.map(([n]) => n));
    if (!from || !to || (inputs[3] && axes?.[0] !== 0) || (inputs[4] && step?.[0] !== 1)) return undefined;
    return numbers?.slice(from[0], to[0]);
  }
  if (op === 'Gather' && shape?.dims.length === 1) {
    const indices = facts.numbers(inputs[1] ?? '');
    const found = indices?.map(([index]) => numbers?.at(index));
    return found?.every((dim) => dim !== undefined) ? found : undefined;
  }
  const compute = ARITHMETIC[op];
  const others = facts.numbers(inputs[1] ?? '');
  if (!compute || !numbers || !others) return undefined;
  const length = numbers.length === 1 ? others.length : numbers.length;
  if (others.length !== 1 && others.length !== length) return undefined;
  return Array.from({ length }, (_, i): Dim => {
    const [a, b] = [
      numbers[numbers.length === 1 ? 0 : i] ?? [0, 0],
      others[others.length === 1 ? 0 : i] ?? [0, 0],
    ];
    return [compute(a[0], b[0]), compute(a[1], b[1])];
  });
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
};
