export interface Points {
  readonly x: number[];
  readonly y: number[];
}

/** A series with at most `most` points: neighbours are averaged, so that a long curve costs no more than a short one. */
export function thinned(values: readonly number[], most: number): Points {
  const size = Math.max(1, Math.ceil(values.length / most));
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < values.length; i += size) {
    const part = values.slice(i, i + size).filter(Number.isFinite);
    if (part.length === 0) continue;
    x.push(Math.min(i + size, values.length));
    y.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return { x, y };
}

/** An exponential moving average that starts without a bias towards zero; `keep`: how much of the past stays. */
export function smoothed(values: readonly number[], keep = 0.9): number[] {
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    mean = keep * mean + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return mean / weight;
  });
}

/** Two series over their own x, on one x axis: null where a series has no point. */
export function joined(series: readonly Points[]): { x: number[]; ys: (number | null)[][] } {
  const x = [...new Set(series.flatMap((one) => one.x))].sort((a, b) => a - b);
  const ys = series.map((one) => {
    const at = new Map(one.x.map((value, i) => [value, one.y[i]!]));
    return x.map((value) => at.get(value) ?? null);
  });
  return { x, ys };
}
