/** One line of a plot; points are sorted by x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 70;
const BOTTOM = 50;
const TOP = 40;
const RIGHT = 150;
const COLOURS = ['#1f6feb', '#d1742f', '#2e8b57', '#8250df', '#b3323a', '#57606a'];

/** A plot as SVG text. Axes begin at 0, or are logarithmic (all values must then be above 0). */
export function plotSvg(plot: {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly logarithmic?: boolean;
}): string {
  const all = plot.series.flatMap(({ points }) => points);
  const scale = plot.logarithmic ? Math.log10 : (value: number) => value;
  const range = (values: readonly number[]) => {
    const least = plot.logarithmic ? Math.floor(Math.min(...values.map(scale))) : 0;
    const most = plot.logarithmic ? Math.ceil(Math.max(...values.map(scale))) : Math.max(...values) * 1.05;
    return [least, most > least ? most : least + 1] as const;
  };
  const xs = range(all.map(([x]) => x));
  const ys = range(all.map(([, y]) => y));
  const left = (x: number) => LEFT + ((scale(x) - xs[0]) / (xs[1] - xs[0])) * (WIDTH - LEFT - RIGHT);
  const top = (y: number) =>
    HEIGHT - BOTTOM - ((scale(y) - ys[0]) / (ys[1] - ys[0])) * (HEIGHT - BOTTOM - TOP);
  const ticks = ([least, most]: readonly [number, number]) =>
    plot.logarithmic
      ? Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i))
      : Array.from({ length: 5 }, (_, i) => (most * i) / 4);
  const text = (x: number, y: number, anchor: string, content: string) =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(content)}</text>`;
  const grid = [
    ...ticks(ys).map((y) => `<path class="grid" d="M${LEFT} ${top(y).toFixed(1)}H${WIDTH - RIGHT}"/>`),
    ...ticks(ys).map((y) => text(LEFT - 8, top(y) + 4, 'end', short(y))),
    ...ticks(xs).map((x) => text(left(x), HEIGHT - BOTTOM + 18, 'middle', short(x))),
  ];
  const lines = plot.series.flatMap(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const path = points.map(([x, y]) => `${left(x).toFixed(1)} ${top(y).toFixed(1)}`).join('L');
    const dots = points.map(
      ([x, y]) => `<circle cx="${left(x).toFixed(1)}" cy="${top(y).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const label = text(WIDTH - RIGHT + 12, TOP + 14 + i * 18, 'start', name).replace(
      '<text',
      `<text fill="${colour}"`,
    );
    return [`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots, label];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<title>${escaped(plot.title)}</title>
<style>.grid{stroke:#d0d7de}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text(LEFT, 22, 'start', plot.title)}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, 'middle', plot.x)}
${text(LEFT, 36, 'start', plot.y)}
${[...grid, ...lines].join('\n')}
</svg>
`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return `${Number(value.toPrecision(3))}`;
}
