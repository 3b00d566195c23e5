import type { DataType } from './tensor.ts';

/** A dimension as seen in two runs of different batch and sequence size: equal numbers mean a constant one. */
export type Dim = readonly [number, number];

export const sameDim = (a: Dim | undefined, b: Dim | undefined): boolean =>
  a?.[0] === b?.[0] && a?.[1] === b?.[1];

export const sameDims = (a: readonly Dim[] | undefined, b: readonly Dim[] | undefined): boolean =>
  a !== undefined && a.length === b?.length && a.every((dim, axis) => sameDim(dim, b[axis]));

/** Element type and dimensions of a value. */
export interface Shape {
  readonly dtype: string;
  readonly dims: readonly Dim[];
}

export type Shapes = Map<string, Shape>;

/** The shape of a constant. */
export const constantShape = (dtype: DataType, dims: readonly number[]): Shape => ({
  dtype,
  dims: dims.map((d) => [d, d] as const),
});
