import { z } from 'zod';
import type { MainScores } from './zeroShotIntervals.ts';
import type { ZeroShotScores } from './zeroShotTable.ts';

const Scores = z.object({
  macroF1: z.number(),
  microF1: z.number(),
  macroF1Best: z.number(),
  microF1Best: z.number(),
  threshold: z.number(),
  meanAveragePrecision: z.number(),
  topLabel: z.number(),
  accuracy: z.number().nullable(),
}) satisfies z.ZodType<ZeroShotScores>;

const Readings = z.record(z.string(), Scores);
const Interval = z.object({ estimate: z.number(), low: z.number(), high: z.number() });
const Intervals = z.object({
  macroF1: Interval,
  macroF1Best: Interval,
  meanAveragePrecision: Interval,
  topLabel: Interval,
}) satisfies z.ZodType<Record<keyof MainScores, unknown>>;

/** What tools/evaluate-zero-shot.ts measures: scores by set and reading, their means over the sets, NLI accuracies. */
export const Report = z.object({
  part: z.enum(['train', 'test']),
  precision: z.string(),
  characters: z.number(),
  texts: z.record(z.string(), z.number()),
  sets: z.record(z.string(), Readings),
  average: Readings,
  /** 95 % bootstrap intervals of the averages by reading, and of the difference to another model. */
  intervals: z.record(z.string(), Intervals).optional(),
  pairs: z.record(z.string(), z.number()),
  nli: z.record(z.string(), z.number()),
});

export type Readings = z.infer<typeof Readings>;
export type Report = z.infer<typeof Report>;

export const COLUMNS = {
  macroF1: 'macro-F1 at 0.5',
  microF1: 'micro-F1 at 0.5',
  macroF1Best: 'macro-F1, best threshold',
  microF1Best: 'micro-F1, best threshold',
  meanAveragePrecision: 'mean average precision',
  topLabel: 'top label right',
  accuracy: 'accuracy (single-label sets)',
} as const satisfies Partial<Record<keyof ZeroShotScores, string>>;

export type Column = keyof typeof COLUMNS;
const KEYS = Object.keys(COLUMNS) as Column[];

/** Means over the sets; of the accuracy, over the sets that have one. */
export function averageOf(sets: readonly Readings[]): Readings {
  const mean = (reading: string, key: keyof ZeroShotScores) => {
    const values = sets.map((set) => set[reading]![key]).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return Object.fromEntries(
    Object.entries(sets[0] ?? {}).map(([reading, scores]) => {
      const keys = Object.keys(scores) as (keyof ZeroShotScores)[];
      return [reading, Object.fromEntries(keys.map((key) => [key, mean(reading, key)])) as Readings[string]];
    }),
  );
}

/** Scores by set and reading as Markdown, the average last. */
export function scoresTable({ sets, average }: Pick<Report, 'sets' | 'average'>): string {
  const cell = (value: number | null) => (value === null ? '' : value.toFixed(2));
  return [
    `| set | reading | ${Object.values(COLUMNS).join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(KEYS.length)}`,
    ...Object.entries({ ...sets, average }).flatMap(([set, readings]) =>
      Object.entries(readings).map(
        ([reading, scores]) =>
          `| ${nameOf(set)} | ${reading} | ${KEYS.map((key) => cell(scores[key])).join(' | ')} |`,
      ),
    ),
  ].join('\n');
}

/** Intervals as Markdown: a row per reading. */
export function intervalsTable(intervals: NonNullable<Report['intervals']>): string {
  const columns = ['macroF1', 'macroF1Best', 'meanAveragePrecision', 'topLabel'] as const;
  const cell = ({ estimate, low, high }: z.infer<typeof Interval>) =>
    `${estimate.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return [
    `| average, 95 % interval | ${columns.map((key) => COLUMNS[key]).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(columns.length)}`,
    ...Object.entries(intervals).map(
      ([reading, own]) => `| ${reading} | ${columns.map((key) => cell(own[key])).join(' | ')} |`,
    ),
  ].join('\n');
}

/** Accuracy by NLI set as Markdown. */
export function nliTable(nli: Report['nli']): string {
  const rows = Object.entries(nli).map(
    ([file, accuracy]) => `| ${file.replace(/^nli\/|\.test\.jsonl\.gz$/g, '')} | ${accuracy.toFixed(3)} |`,
  );
  return ['| NLI test set | accuracy |', '| --- | ---: |', ...rows].join('\n');
}

/** On how many sets a reading is better than a baseline, by column, and both averages; as Markdown. */
export function comparisonTable(report: Report, baseline: string, readings: readonly string[]): string {
  const head = ['reading against baseline', ...Object.values(COLUMNS)];
  const rows = readings.map((reading) => {
    const cells = KEYS.map((key) => {
      const both = Object.values(report.sets)
        .map((set) => [set[reading]![key], set[baseline]![key]] as const)
        .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
      const better = both.filter(([own, other]) => own > other).length;
      const [own, other] = [report.average[reading]![key], report.average[baseline]![key]];
      if (own === null || other === null) return '';
      return `${own.toFixed(3)} against ${other.toFixed(3)}; better on ${better} of ${both.length}`;
    });
    return `| ${reading} | ${cells.join(' | ')} |`;
  });
  return [`| ${head.join(' | ')} |`, `| --- |${' ---: |'.repeat(KEYS.length)}`, ...rows].join('\n');
}

const nameOf = (set: string) => set.replace(/^text\//, '');
