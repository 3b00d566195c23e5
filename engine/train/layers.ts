import { EngineError } from '../errors.ts';
import type { Linear } from '../lora/linears.ts';
import type { PreparedModel } from '../model/prepare.ts';

/** Which encoder layers are trained: all of them, or the N nearest to the output. */
export type TrainedLayers = 'all' | `top:${number}`;

/** The number of the encoder layer that a module or weight belongs to, from its name. */
export function layerOf(name: string): number | undefined {
  const found = /(?:^|\.)(?:layers?|h|blocks?)\.(\d+)\./.exec(`${name}.`);
  return found ? Number(found[1]) : undefined;
}

/**
 * Whether a module or weight is trained, by its name; with `top:N` those outside the encoder's layers are not.
 * Throws `option_invalid` when the model's names do not tell its layers.
 */
export function layerFilter(
  { linears, name }: Pick<PreparedModel, 'linears' | 'name'>,
  layers: TrainedLayers,
): (module: string) => boolean {
  if (layers === 'all') return () => true;
  const numbers = linears.flatMap(({ module }) => layerOf(module) ?? []);
  if (numbers.length === 0) {
    throw new EngineError(
      'option_invalid',
      `The training option "layers" is "${layers}", but ${name} does not name its layers.`,
      'Train all layers ("all").',
    );
  }
  const first = Math.max(...numbers) + 1 - Number(layers.slice('top:'.length));
  return (module) => (layerOf(module) ?? -1) >= first;
}

/** What the lowest trained layer reads: the value below which everything is frozen. */
export function frozenBoundary(prepared: PreparedModel, layers: TrainedLayers): string | undefined {
  const isTrained = layerFilter(prepared, layers);
  const lowest = prepared.linears.find((l: Linear) => l.perToken && isTrained(l.module));
  return lowest?.uses[0]?.inputs[0];
}
