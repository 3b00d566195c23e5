import type uPlot from 'uplot';

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The name of a custom property, such as --accent. */
  readonly color: string;
  readonly points?: boolean;
  readonly line?: boolean;
  readonly dashed?: boolean;
  readonly width?: number;
  readonly scale?: 'y' | 'right';
}

export interface Look {
  readonly xName?: string;
  readonly yName?: string;
  readonly rightName?: string;
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  readonly rightRange?: readonly [number, number];
}

const AXIS_PIXELS = 44;
const X_AXIS_PIXELS = 26;
const SMALL = 11;

/** Options for uPlot in the page's own colours and type. */
export function chartOptions(
  host: HTMLElement,
  { series, look, width, height }: { series: readonly Series[]; look: Look; width: number; height: number },
): uPlot.Options {
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `${SMALL}px ${style.fontFamily}`;
  const axis = (label: string | undefined): uPlot.Axis => ({
    stroke: color('--quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font,
    ...(label !== undefined && { label, labelFont: font, labelSize: 18 }),
  });
  const right = series.some(({ scale }) => scale === 'right');
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [10, right ? 0 : 12, 0, 0],
    scales: {
      x: { time: false, ...(look.xRange && { range: [...look.xRange] as [number, number] }) },
      y: look.yRange ? { range: [...look.yRange] as [number, number] } : {},
      ...(right && { right: look.rightRange ? { range: [...look.rightRange] as [number, number] } : {} }),
    },
    axes: [
      { ...axis(look.xName), size: X_AXIS_PIXELS, grid: { show: false } },
      { ...axis(look.yName), size: AXIS_PIXELS },
      ...(right
        ? [
            {
              ...axis(look.rightName),
              scale: 'right',
              side: 1 as const,
              size: AXIS_PIXELS,
              grid: { show: false },
            },
          ]
        : []),
    ],
    series: [{}, ...series.map((one) => drawn(one, color(one.color)))],
  };
}

function drawn({ points, line, dashed, width, scale }: Series, stroke: string): uPlot.Series {
  return {
    stroke,
    width: line === false ? 0 : (width ?? 2),
    spanGaps: true,
    scale: scale ?? 'y',
    points: { show: points ?? false, size: 7, fill: stroke, stroke },
    ...(dashed && { dash: [4, 4] }),
  };
}
