/** An SVG path through values from left to right, the largest at the top; points nearer than a pixel are averaged. */
export function linePath(values: readonly number[], width: number, height: number): string {
  const size = Math.max(1, Math.ceil(values.length / width));
  const means: number[] = [];
  for (let i = 0; i < values.length; i += size) {
    const part = values.slice(i, i + size);
    means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  const most = Math.max(...means, Number.MIN_VALUE);
  const step = width / Math.max(1, means.length - 1);
  return means
    .map(
      (value, i) =>
        `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)},${(height - (value / most) * (height - 4)).toFixed(1)}`,
    )
    .join('');
}
