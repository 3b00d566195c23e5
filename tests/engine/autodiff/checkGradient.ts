import { gradient } from '../../../engine/autodiff/gradient.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Graph, Model } from '../../../engine/graph/graph.ts';
import { probeShapes } from '../../../engine/graph/probe.ts';
import type { Shapes } from '../../../engine/graph/shapes.ts';
import { createRandom } from '../../../engine/random.ts';
import { createSession, type Feeds, floats, floatsOf } from '../../../engine/runtime/session.ts';

/** Builds the function under test from its float inputs; returns the name of its output. */
export type Expression = (b: GraphBuilder, inputs: readonly string[]) => string;

const elements = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/**
 * Compares the graph's own gradient with a central difference along a random direction, as autograd's check_grads
 * does: for a random covector c and direction d, sum(c * (f(x + h d) - f(x - h d))) / 2h = sum(grad * d).
 * Returns the relative error.
 */
export async function gradientError(
  build: Expression,
  shapes: readonly (readonly number[])[],
  options: { seed: number; positive?: boolean; apart?: boolean; differentiate?: readonly number[] },
): Promise<number> {
  const random = createRandom(options.seed);
  const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const points = shapes.map((dims) =>
    normals(elements(dims)).map((x) => (options.positive ? Math.abs(x) + 0.5 : x)),
  );
  // Inputs of a maximum on grids that never meet: at a tie there is no derivative to compare with.
  if (options.apart)
    for (const [i, point] of points.entries()) point.set(point.map((x) => Math.round(x) + i * 0.4));
  const wanted = options.differentiate ?? shapes.map((_, i) => i);
  const names = shapes.map((_, i) => `x${i}`);

  const graph: Graph = {
    name: 'test',
    nodes: [],
    initializers: new Map(),
    inputs: names.map((name, i) => ({ name, dtype: 'float32', dims: [...shapes[i]!] })),
    outputs: [],
  };
  const b = new GraphBuilder(graph, 'f');
  const y = build(b, names);
  graph.outputs = [{ name: y, dtype: null, dims: null }];
  const model: Model = {
    irVersion: 9,
    opset: 18,
    domains: new Map([['com.microsoft', 1]]),
    graph,
    metadata: new Map(),
  };
  const known = await staticShapes(model, names, points, shapes);
  const outputDims = known.get(y)!.dims.map(([d]) => d);
  const covector = normals(elements(outputDims));
  const c = b.constant({ dtype: 'float32', dims: outputDims, bytes: new Uint8Array(covector.buffer) });
  const weighted = b.mul(y, c);
  const loss = b.emit('ReduceSum', [weighted], { keepdims: 0 });
  for (const name of [c, weighted]) known.set(name, known.get(y)!);
  known.set(loss, { dtype: 'float32', dims: [] });
  const wrt = wanted.map((i) => names[i]!);
  const gradients = gradient(graph, { loss, wrt, shapes: known, modelName: 'test' });
  graph.outputs = [loss, ...new Set(gradients.values())].map((name) => ({ name, dtype: null, dims: null }));

  const session = await createSession(model);
  const at = (values: readonly Float32Array[]): Feeds =>
    Object.fromEntries(names.map((name, i) => [name, floats(values[i]!, shapes[i]!)]));
  const lossAt = async (values: readonly Float32Array[]) =>
    floatsOf((await session.run(at(values)))[loss])[0]!;
  const directions = points.map((p, i) =>
    wanted.includes(i) ? normals(p.length) : new Float32Array(p.length),
  );
  const h = 1e-2;
  const moved = (sign: number) => points.map((p, i) => p.map((x, j) => x + sign * h * directions[i]![j]!));
  const numeric = ((await lossAt(moved(1))) - (await lossAt(moved(-1)))) / (2 * h);
  const outputs = await session.run(at(points));
  let analytic = 0;
  for (const i of wanted) {
    const values = floatsOf(outputs[gradients.get(names[i]!)!]);
    if (values.length !== points[i]!.length) return Number.POSITIVE_INFINITY;
    values.forEach((g, j) => {
      analytic += g * directions[i]![j]!;
    });
  }
  await session.release();
  return Math.abs(analytic - numeric) / Math.max(1, Math.abs(numeric));
}

/** Shapes from one run, all constant. */
async function staticShapes(
  model: Model,
  names: readonly string[],
  points: readonly Float32Array[],
  shapes: readonly (readonly number[])[],
): Promise<Shapes> {
  return probeShapes(model, async (probed) => {
    const session = await createSession(probed, { optimization: 'disabled' });
    const feeds = Object.fromEntries(names.map((name, i) => [name, floats(points[i]!, shapes[i]!)]));
    const outputs = await session.run(feeds);
    await session.release();
    return new Map(Object.entries(outputs).map(([name, t]) => [name, { dtype: t.type, dims: t.dims }]));
  });
}
