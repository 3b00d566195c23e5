import { expect, test } from 'vitest';
import { GraphBuilder, makeNode } from '../../../engine/graph/builder.ts';
import type { Graph, Model } from '../../../engine/graph/graph.ts';
import { printGraph } from '../../../engine/graph/print.ts';
import { applyChecked } from '../../../engine/graph/rewrite.ts';
import type { Shapes } from '../../../engine/graph/shapes.ts';
import { faultsOf, IllegalGraph, requireLegal } from '../../../engine/graph/spec.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';

/** y = softmax(x w + b), x: [batch, 3] */
function legal(): { model: Model; graph: Graph; shapes: Shapes } {
  const graph: Graph = { name: 'small', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const shapes: Shapes = new Map();
  const b = new GraphBuilder(graph, 'f', shapes);
  const x = b.input(
    'x',
    {
      dtype: 'float32',
      dims: [
        [2, 5],
        [3, 3],
      ],
    },
    ['batch', 3],
  );
  const w = b.constant(floatTensor(new Float32Array(12), [3, 4]));
  const sum = b.add(b.matmul(x, w), b.filled(4, 0.5));
  b.emitAs(['y'], 'Softmax', [sum], { axis: -1 });
  graph.outputs = [{ name: 'y', dtype: null, dims: null }];
  const model = {
    irVersion: 9,
    opset: 18,
    domains: new Map<string, number>(),
    graph,
    metadata: new Map<string, string>(),
  };
  return { model, graph, shapes };
}

const wrongs: readonly [string, (parts: ReturnType<typeof legal>) => void, RegExp][] = [
  [
    'a value defined twice',
    ({ graph }) => graph.nodes.push({ ...graph.nodes[0]!, name: 'again' }),
    /"f\/MatMul_1" is defined a second time/,
  ],
  [
    "a constant with an input's name",
    ({ graph }) => graph.initializers.set('x', floatTensor([1], [1])),
    /"x" is defined a second time/,
  ],
  [
    'a node before what it reads',
    ({ graph }) => graph.nodes.reverse(),
    /Softmax "f\/Softmax_4" reads "f\/Add_3", which nothing before it defines/,
  ],
  [
    'an output that nothing makes',
    ({ graph }) => graph.outputs.push({ name: 'z', dtype: null, dims: null }),
    /output "z" is not defined/,
  ],
  [
    'an output that stands twice',
    ({ graph }) => graph.outputs.push(graph.outputs[0]!),
    /output "y" stands twice/,
  ],
  ['too few inputs', ({ graph }) => graph.nodes[0]!.inputs.pop(), /MatMul "f\/MatMul_1" has 1 inputs/],
  [
    'an absent input that is needed',
    ({ graph }) => {
      graph.nodes[0]!.inputs[1] = '';
    },
    /misses an input that it needs/,
  ],
  ['too many outputs', ({ graph }) => graph.nodes[0]!.outputs.push('more'), /has 2 outputs/],
  [
    'an attribute that the operator does not have',
    ({ graph }) => graph.nodes[0]!.attributes.set('alpha', { kind: 'float', value: 2 }),
    /attribute "alpha" of kind float/,
  ],
  [
    'an attribute of another kind',
    ({ graph }) => graph.nodes.at(-1)!.attributes.set('axis', { kind: 'ints', value: [1] }),
    /"axis" of kind ints instead of int/,
  ],
  [
    'an attribute that is no whole number',
    ({ graph }) => graph.nodes.at(-1)!.attributes.set('axis', { kind: 'int', value: 0.5 }),
    /"axis" that is no int/,
  ],
  [
    'a domain that is not named',
    ({ graph }) => {
      graph.nodes.at(-1)!.domain = 'com.microsoft';
    },
    /of a domain that the model does not name/,
  ],
  [
    'a constant cut short',
    ({ graph }) =>
      graph.initializers.set('f/constant_0', { dtype: 'float32', dims: [3, 4], bytes: new Uint8Array(44) }),
    /44 bytes where float32\[3, 4\] has 48/,
  ],
  [
    'a shape that is not what its operator makes',
    ({ shapes }) => {
      shapes.set('f/Add_3', {
        dtype: 'float32',
        dims: [
          [2, 5],
          [1, 1],
        ],
      });
    },
    /"f\/Add_3" is float32\[2\|5, 4\] and known as float32\[2\|5, 1\]/,
  ],
  [
    'shapes that do not fit together',
    ({ graph }) => graph.initializers.set('f/constant_0', floatTensor(new Float32Array(8), [2, 4])),
    /MatMul "f\/MatMul_1" does not fit: 3 columns meet 2 rows/,
  ],
  [
    'a body that reads nothing',
    ({ graph }) => {
      const body: Graph = {
        name: 'then',
        nodes: [],
        initializers: new Map(),
        inputs: [],
        outputs: [{ name: 'nowhere', dtype: null, dims: null }],
      };
      const node = makeNode({ op: 'If', name: 'if', inputs: ['x'], outputs: ['chosen'] });
      node.attributes.set('then_branch', { kind: 'graph', value: body });
      graph.nodes.push(node);
    },
    /If "if" reads "nowhere"/,
  ],
];

test('a legal graph has no faults', () => {
  const { model, shapes } = legal();
  expect(faultsOf(model, shapes)).toEqual([]);
});

test.each(wrongs)('%s is found, named and shown', (_, spoil, sentence) => {
  const parts = legal();
  spoil(parts);
  expect(() => requireLegal('spoiling', parts.model, parts.shapes)).toThrow(sentence);
  expect(() => requireLegal('spoiling', parts.model, parts.shapes)).toThrow(
    /^After "spoiling"[\s\S]*graph small/,
  );
});

test('an illegal graph that a rewrite makes is no reason to leave the rewrite out: the test that ran it fails', async () => {
  const { model, shapes } = legal();
  const apply = ({ model: { graph } }: { model: Model }) => {
    graph.nodes.reverse();
  };
  const rewrites = [{ name: 'turning around', version: 1, apply }];
  await expect(applyChecked({ model, shapes }, rewrites, async () => undefined)).rejects.toThrow(
    IllegalGraph,
  );
});

test('a graph is printed line by line, with what is known of its values', () => {
  const { graph, shapes } = legal();
  expect(printGraph(graph, { shapes })).toBe(
    [
      'graph small',
      '  input x: float32[batch, 3]',
      '  constant f/constant_0: float32[3, 4]',
      '  constant f/constant_2: float32[4] = 0.5 0.5 0.5 0.5',
      '  f/MatMul_1: float32[2|5, 4] = MatMul(x, f/constant_0)',
      '  f/Add_3: float32[2|5, 4] = Add(f/MatMul_1, f/constant_2)',
      '  y: float32[2|5, 4] = Softmax(f/Add_3) {axis: -1} "f/Softmax_4"',
      '  output y: any',
    ].join('\n'),
  );
  expect(printGraph(graph, { around: new Set(['y']), near: 0 })).toContain('… 2 nodes\n  y = Softmax');
});
