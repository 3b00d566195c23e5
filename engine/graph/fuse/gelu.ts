import { makeNode } from '../builder.ts';
import type { Graph, Node } from '../graph.ts';
import { Matcher, near } from './match.ts';

/**
 * x * 0.5 * (1 + erf(x / sqrt 2)), in the orders exporters write it, becomes one Gelu (Hendrycks & Gimpel 2016).
 * com.microsoft's is used because the standard one exists only from opset 20. Returns whether it changed anything.
 */
export function fuseGelus(graph: Graph): boolean {
  const matcher = new Matcher(graph);
  let changed = false;
  graph.nodes = graph.nodes.map((node) => {
    const x = node.op === 'Mul' ? geluInput(node, matcher) : undefined;
    if (x === undefined) return node;
    changed = true;
    return makeNode({
      op: 'Gelu',
      domain: 'com.microsoft',
      name: node.name,
      inputs: [x],
      outputs: node.outputs,
    });
  });
  return changed;
}

function geluInput(tail: Node, matcher: Matcher): string | undefined {
  const half = matcher.withScalar(tail);
  if (half && near(half.constant, 0.5)) {
    const product = matcher.producer(half.other, 'Mul');
    return product && matchProduct(product.inputs[0]!, product.inputs[1]!, matcher);
  }
  const [a, b] = tail.inputs as [string, string];
  return matchHalved(a, b, matcher) ?? matchHalved(b, a, matcher);
}

/** One factor is x, the other 1 + erf(x / sqrt 2). */
function matchProduct(a: string, b: string, matcher: Matcher): string | undefined {
  if (erfInput(b, matcher) === a) return a;
  return erfInput(a, matcher) === b ? b : undefined;
}

/** One factor is x * 0.5. */
function matchHalved(a: string, b: string, matcher: Matcher): string | undefined {
  const halved = matcher.withScalar(matcher.producer(a, 'Mul'));
  if (!halved || !near(halved.constant, 0.5)) return undefined;
  return erfInput(b, matcher) === halved.other ? halved.other : undefined;
}

/** The x of 1 + erf(x / sqrt 2). */
function erfInput(value: string, matcher: Matcher): string | undefined {
  const shifted = matcher.withScalar(matcher.producer(value, 'Add'));
  if (!shifted || !near(shifted.constant, 1)) return undefined;
  const erf = matcher.producer(shifted.other, 'Erf');
  const division = matcher.producer(erf?.inputs[0], 'Div');
  if (division && near(matcher.scalar(division.inputs[1]), Math.SQRT2)) return division.inputs[0];
  const scaled = matcher.withScalar(matcher.producer(erf?.inputs[0], 'Mul'));
  return scaled && near(scaled.constant, Math.SQRT1_2) ? scaled.other : undefined;
}
