import { makeNode } from '../builder.ts';
import type { Graph, Node } from '../graph.ts';
import type { Shapes } from '../shapes.ts';
import { Matcher, near } from './match.ts';

/**
 * Old exports spell LayerNormalization as nine operators:
 * (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) * weight + bias.
 * Each such tail `Add` becomes one LayerNormalization; the rest dies in pruning.
 */
export function fuseLayerNorms(graph: Graph, shapes: Shapes): void {
  const matcher = new Matcher(graph);
  graph.nodes = graph.nodes.map((node) =>
    node.op === 'Add' ? (fused(node, matcher, shapes) ?? node) : node,
  );
}

function fused(tail: Node, matcher: Matcher, shapes: Shapes): Node | undefined {
  const bias = matcher.withVector(tail);
  const weight = matcher.withVector(matcher.producer(bias?.other, 'Mul'));
  const division = matcher.producer(weight?.other, 'Div');
  if (!bias || !weight || !division) return undefined;
  const centred = matcher.producer(division.inputs[0], 'Sub');
  const root = matcher.producer(division.inputs[1], 'Sqrt');
  const variance = matcher.withScalar(matcher.producer(root?.inputs[0], 'Add'));
  const meanSquare = matcher.producer(variance?.other, 'ReduceMean');
  const mean = matcher.producer(centred?.inputs[1], 'ReduceMean');
  const x = centred?.inputs[0];
  if (!centred || !variance || !meanSquare || !mean || x === undefined || mean.inputs[0] !== x)
    return undefined;
  const rank = shapes.get(x)?.dims.length ?? 0;
  if (!matcher.reducesLastAxis(mean, rank) || !matcher.reducesLastAxis(meanSquare, rank)) return undefined;
  if (!isSquareOf(meanSquare.inputs[0], x, matcher)) return undefined;
  return makeNode({
    op: 'LayerNormalization',
    name: tail.name,
    inputs: [x, weight.vector, bias.vector],
    outputs: tail.outputs,
    attributes: { axis: -1, epsilon: variance.constant },
  });
}

/** (x - mean)^2 as Pow or Mul; exporters may repeat the subtraction. */
function isSquareOf(value: string | undefined, x: string, matcher: Matcher): boolean {
  const power = matcher.producer(value, 'Pow');
  const product = matcher.producer(value, 'Mul');
  if (power && !near(matcher.scalar(power.inputs[1]), 2)) return false;
  if (product && product.inputs[0] !== product.inputs[1]) return false;
  const difference = matcher.producer((power ?? product)?.inputs[0], 'Sub');
  const mean = matcher.producer(difference?.inputs[1], 'ReduceMean');
  return difference?.inputs[0] === x && mean?.inputs[0] === x;
}
