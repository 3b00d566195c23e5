/** Attribute kinds as the graph holds them. */
type Kind = 'int' | 'float' | 'string' | 'ints' | 'floats' | 'tensor' | 'graph';

/** How an operator may be called: least and most inputs and outputs, and its attributes. */
export interface Signature {
  readonly inputs: readonly [number, number];
  readonly outputs: readonly [number, number];
  readonly attributes: Readonly<Record<string, Kind>>;
}

const ANY = Number.POSITIVE_INFINITY;

/** "2 3" inputs, one output unless said. */
const call = (
  inputs: number | readonly [number, number],
  attributes: Signature['attributes'] = {},
  outputs: readonly [number, number] = [1, 1],
): Signature => ({ inputs: typeof inputs === 'number' ? [inputs, inputs] : inputs, outputs, attributes });

const all = (names: string, signature: Signature): [string, Signature][] =>
  names.split(' ').map((name) => [name, signature]);

const GEMM = { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' } as const;

/**
 * The operators that exported encoders and Entail's own passes use, in the forms of opset 18 to 22 (ONNX Operators.md) and of
 * com.microsoft (onnxruntime ContribOperators.md). Others are let through: Entail does not know them.
 */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...all('Add Sub Mul Div Pow And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual MatMul', call(2)),
  ...all('Neg Abs Exp Log Sqrt Sin Cos Tanh Sigmoid Relu Softplus Erf Sign Reciprocal Identity', call(1)),
  ...all('Not Floor Ceil Round IsNaN NonZero Size', call(1)),
  ...all('Max Min Sum Mean', call([1, ANY])),
  ...all('LeakyRelu Elu', call(1, { alpha: 'float' })),
  ...all('Softmax LogSoftmax', call(1, { axis: 'int' })),
  ...all(
    'ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceProd ReduceSumSquare ReduceLogSum ReduceLogSumExp',
    call([1, 2], { keepdims: 'int', noop_with_empty_axes: 'int' }),
  ),
  ...all('ArgMax ArgMin', call(1, { axis: 'int', keepdims: 'int', select_last_index: 'int' })),
  ['Cast', call(1, { to: 'int', saturate: 'int', round_mode: 'string' })],
  ['Clip', call([1, 3])],
  ['Concat', call([1, ANY], { axis: 'int' })],
  ['ConstantOfShape', call(1, { value: 'tensor' })],
  ['CumSum', call(2, { exclusive: 'int', reverse: 'int' })],
  ['Expand', call(2)],
  ['Flatten', call(1, { axis: 'int' })],
  ['Gather', call(2, { axis: 'int' })],
  ['GatherElements', call(2, { axis: 'int' })],
  ['GatherND', call(2, { batch_dims: 'int' })],
  ['Gelu', call(1, { approximate: 'string' })],
  ['Gemm', call([2, 3], GEMM)],
  ['HardSigmoid', call(1, { alpha: 'float', beta: 'float' })],
  ['LayerNormalization', call([2, 3], { axis: 'int', epsilon: 'float', stash_type: 'int' }, [1, 3])],
  ['Pad', call([2, 4], { mode: 'string' })],
  ['Range', call(3)],
  ['Reshape', call(2, { allowzero: 'int' })],
  ['ScatterElements', call(3, { axis: 'int', reduction: 'string' })],
  ['ScatterND', call(3, { reduction: 'string' })],
  ['Shape', call(1, { start: 'int', end: 'int' })],
  ['Slice', call([3, 5])],
  ['Split', call([1, 2], { axis: 'int', num_outputs: 'int' }, [1, ANY])],
  ['Squeeze', call([1, 2])],
  ['Unsqueeze', call(2)],
  ['Tile', call(2)],
  ['Transpose', call(1, { perm: 'ints' })],
  ['Where', call(3)],
  ['DynamicQuantizeLinear', call(1, {}, [3, 3])],
  ['MatMulInteger', call([2, 4])],
  [
    'QuantizeLinear',
    call([2, 3], { axis: 'int', saturate: 'int', block_size: 'int', output_dtype: 'int', precision: 'int' }),
  ],
  ['SimplifiedLayerNormalization', call(2, { axis: 'int', epsilon: 'float', stash_type: 'int' }, [1, 2])],
  ...all('com.microsoft.Gelu', call(1)),
  ['com.microsoft.FastGelu', call([1, 2])],
  ['com.microsoft.QuickGelu', call(1, { alpha: 'float' })],
  ['com.microsoft.BiasGelu', call(2)],
  [
    'com.microsoft.FusedMatMul',
    call(2, { alpha: 'float', transA: 'int', transB: 'int', transBatchA: 'int', transBatchB: 'int' }),
  ],
  ['com.microsoft.DynamicQuantizeMatMul', call([3, 5])],
  ['com.microsoft.MatMulIntegerToFloat', call([4, 7])],
  [
    'com.microsoft.MultiHeadAttention',
    call(
      [1, 10],
      { num_heads: 'int', scale: 'float', mask_filter_value: 'float', unidirectional: 'int' },
      [1, 4],
    ),
  ],
  [
    'com.microsoft.QAttention',
    call(
      [5, 9],
      {
        num_heads: 'int',
        scale: 'float',
        do_rotary: 'int',
        mask_filter_value: 'float',
        past_present_share_buffer: 'int',
        unidirectional: 'int',
      },
      [1, 2],
    ),
  ],
]);

/** The oldest opset whose forms these are. */
export const SIGNED_OPSET = 18;
