import { matrixDims } from '../graph/fuse/products.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import { int8Model } from './inferenceModel.ts';

/** Layers are left in float32 by so many groups: few, for each try costs a test. */
const GROUPS = 4;

/** The encoder's matrices in the order of their first use, in groups of neighbours. */
function matrixGroups({ graph }: Model, groups = GROUPS): string[][] {
  const names = [
    ...new Set(graph.nodes.filter((node) => matrixDims(graph, node)).map(({ inputs }) => inputs[1]!)),
  ];
  const size = Math.ceil(names.length / groups);
  return Array.from({ length: groups }, (_, i) => names.slice(i * size, (i + 1) * size)).filter(
    ({ length }) => length > 0,
  );
}

/** 8-bit models to try, the fastest first: all of the encoder, then without one group of layers, then without two. */
export function int8Candidates(nli: NliModel, unpadded: Model): (() => Promise<Model>)[] {
  const groups = matrixGroups(unpadded);
  const without = (left: readonly string[]) => () => int8Model(nli, unpadded, new Set(left));
  const pairs = groups.flatMap((first, i) => groups.slice(i + 1).map((second) => [...first, ...second]));
  return [without([]), ...groups.map(without), ...(groups.length > 2 ? pairs.map(without) : [])];
}
