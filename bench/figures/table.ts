import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  atOnce,
  type Counts,
  cellsFrom,
  countsByLabel,
  createRandom,
  designEffectOf,
  macroInterval,
  noCounts,
  onMean,
} from '../../engine/index.ts';

/**
 * The tables of docs/figures.md from lines that `bench:figures` or `bench:figures-browser` wrote: how often the interval
 * held the true macro F1.
 *
 *   npm run bench:figures-table -- FILE.jsonl [--again] [--each]
 *
 * --again: with intervals as this version makes them, of the cells that were kept. --each: a line for each reading, too.
 */
const Line = z.object({
  set: z.string(),
  seed: z.number(),
  pace: z.string(),
  trained: z.boolean(),
  size: z.number(),
  on: z.string().nullable(),
  atRandom: z.boolean().nullable(),
  documents: z.number(),
  macro: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** What the page showed, where there was one. */
  shown: z.object({ macroF1: z.number(), low: z.number(), high: z.number() }).nullish(),
  slips: z.number().optional(),
  keys: z.number().optional(),
  /** True macro F1 of all labels, and of those that the figure is of. */
  all: z.number(),
  same: z.number().nullable(),
  labels: z.array(
    z.object({ low: z.number().nullable(), high: z.number().nullable(), true: z.number().nullable() }),
  ),
  cells: z.array(z.object({ measured: z.boolean(), cells: z.string() })),
});
type Line = z.infer<typeof Line>;
const CELLS = new Map<string, keyof Counts>([
  ['T', 'truePositives'],
  ['f', 'falsePositives'],
  ['m', 'falseNegatives'],
  ['n', 'trueNegatives'],
]);
type Reading = Line & { macro: number; low: number; high: number };

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { again: { type: 'boolean', default: false }, each: { type: 'boolean', default: false } },
});
const lines = positionals.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Line.parse(JSON.parse(line))),
);
/** A run that does worse does not take over: then the page shows what it showed before the training. */
const known = new Set(lines.flatMap((line) => (line.trained ? [] : [shownBy(line)])));
const old = lines.filter((line) => line.trained && line.on === 'all annotated' && known.has(shownBy(line)));
const readings = lines.flatMap((line): Reading[] => {
  const { macro, low, high } = line;
  if (old.includes(line) || macro === null || low === null || high === null) return [];
  return [{ ...line, macro, ...(options.again ? intervalOf(line) : { low, high }) }];
});
/** Half of the last digit that the page shows. */
const ROUNDED = 0.0005;
const different = readings.filter(
  ({ shown, macro, low, high }) =>
    shown &&
    !options.again &&
    Math.max(Math.abs(shown.macroF1 - macro), Math.abs(shown.low - low), Math.abs(shown.high - high)) >
      ROUNDED + 1e-9,
);
const dashes = lines.length - old.length - readings.length;
console.log(
  `${lines.length} readings, ${dashes} without a figure, ${old.length} the same as before for the run did not take over; on the page: ${readings.filter(({ shown }) => shown).length}, of them otherwise than measured: ${different.length}; keys: ${Math.max(0, ...lines.map(({ keys }) => keys ?? 0))} at most in a round; decisions other than the known answers: ${Math.max(0, ...lines.map(({ slips }) => slips ?? 0))}.\n`,
);
console.log(
  '| | readings | truth in the interval | that of all labels | interval’s width | shown less true | of a label |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
const groups: [string, (reading: Reading) => boolean][] = [
  ['all', () => true],
  ...distinct(({ set }) => set),
  ...distinct(({ pace }) => `pace: ${pace}`),
  ...distinct(({ trained }) => (trained ? 'after training' : 'before training')),
  ...distinct(({ size }) => `${size} documents annotated`),
  ...distinct(({ documents }) => (documents < 8 ? 'measured on fewer than 8' : 'measured on 8 or more')),
  ...distinct(({ atRandom }) => (atRandom ? 'on random documents' : 'on documents that were chosen')),
];
for (const [name, belongs] of groups) {
  const own = readings.filter(belongs);
  const share = (holds: (reading: Reading) => boolean) => percent(own.filter(holds).length / own.length);
  const labels = own.flatMap(heldByLabel);
  const cells = [
    name,
    own.length,
    share(({ low, high, same }) => same !== null && low <= same && same <= high),
    share(({ low, high, all }) => low <= all && all <= high),
    points(mean(own.map(({ low, high }) => high - low))),
    points(mean(own.map(({ macro, all }) => macro - all))),
    percent(labels.filter(Boolean).length / labels.length),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

if (options.each) {
  console.log(
    '\n| seed | set | pace | training | keys | decisions that are not the known answers | measured on | macro F1 and interval, % | true, % | held | labels held |',
  );
  console.log('| ---: | --- | --- | --- | ---: | ---: | ---: | --- | ---: | --- | --- |');
  for (const line of lines) console.log(`| ${eachCells(line).join(' | ')} |`);
}

function eachCells(line: Line): (string | number)[] {
  const { seed, set, pace, trained, keys, slips, documents, macro, low, high } = line;
  const truth = line.same ?? line.all;
  const kept = old.includes(line);
  const figure =
    macro === null || low === null || high === null
      ? '– (nothing is suggested yet)'
      : `${points(macro)} (${points(low)} to ${points(high)})`;
  const held = low === null || high === null ? '' : low <= truth && truth <= high ? 'yes' : '**no**';
  const training = trained ? `after${kept ? ' (the run did not take over)' : ''}` : 'before';
  const labels = heldByLabel(line);
  const ofLabels = kept || labels.length === 0 ? '' : `${labels.filter(Boolean).length} of ${labels.length}`;
  const counted = [keys ?? '', slips ?? '', documents, figure, points(truth), kept ? '' : held, ofLabels];
  return [seed, set, pace, training, ...counted];
}

/** Whether the interval of each label's F1 holds what is true of the unseen documents, where both are known. */
function heldByLabel({ labels }: Line): boolean[] {
  return labels.flatMap(({ low, high, true: truth }) =>
    low === null || high === null || truth === null ? [] : [low <= truth && truth <= high],
  );
}

function shownBy({ set, seed, pace, size, macro, low, high }: Line): string {
  return [set, seed, pace, size, macro, low, high].join();
}

/** As `withIntervals` makes it. */
function intervalOf({ cells: kept, labels, atRandom }: Line): { low: number; high: number } {
  const rows = kept.flatMap((document) =>
    document.measured ? [labels.map((_, label) => CELLS.get(document.cells[label] ?? ''))] : [],
  );
  const cells = cellsFrom(rows, labels.length);
  const counts = atOnce(countsByLabel(cells));
  const can = counts.map(
    (own) => own.truePositives + own.falseNegatives > 0 && own.falsePositives + own.trueNegatives > 0,
  );
  const inMacro = counts.map((own, label) => (can[label] ? own : noCounts()));
  return atOnce(
    macroInterval(
      'f1',
      {
        judged: counts.filter((_, label) => can[label]),
        designEffect: atOnce(designEffectOf(cells, onMean('f1', inMacro))),
        chosen: atRandom === false,
      },
      createRandom(1).fork('macro'),
    ),
  );
}

function distinct(keyOf: (reading: Reading) => string): [string, (reading: Reading) => boolean][] {
  return [...new Set(readings.map(keyOf))].map((key) => [key, (reading) => keyOf(reading) === key]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
