import Table from 'cli-table3';
import { BackendError } from '../backend/errors.ts';
import { placeInWords } from '../backend/importing/places.ts';
import type { ImportProblem } from '../backend/records.ts';
import { canBeJudged, FIGURES, type KeptMetrics, type Range } from '../engine/index.ts';
import { oneLine } from '../process/oneLine.ts';
import { hintInWords } from './remedies.ts';
import { harmless, say, sayJson } from './terminal.ts';

/** Prints the result: as JSON for programs, else as text for people. */
export function print(json: boolean | undefined, result: unknown, text: () => string): void {
  if (json) sayJson(result);
  else say(text());
}

/** A plain table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  drawn.push(...rows.map((row) => row.map(harmless)));
  return drawn.toString();
}

/** Names of labels in a sentence: a name may hold what separates them. */
export const quotedNames = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A share with what it may be on new documents. */
const percentWithin = (share: number, range: Range | undefined): string =>
  range === undefined
    ? percent(share)
    : `${percent(share)} (${(100 * range.low).toFixed(1)} to ${(100 * range.high).toFixed(1)})`;

const numberWithin = (value: number, range: Range | undefined): string =>
  range === undefined
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${range.low.toFixed(2)} to ${range.high.toFixed(2)})`;

/** F1 of a label, "–" where it can't be judged. */
export const labelF1 = (label: KeptMetrics['labels'][number]): string =>
  canBeJudged(label) ? percentWithin(label.f1, label.intervals?.f1) : '–';

/** Macro F1, "–" where no label can be judged. */
export const macroF1 = (metrics: KeptMetrics): string =>
  metrics.labels.some(canBeJudged) ? percentWithin(metrics.macro.f1, metrics.macro.intervals?.f1) : '–';

const SCORES = ['precision', 'recall', 'f1'] as const;

/** The figures of one number; runs of before version 0.2 have the first two. */
function figureLine({
  subsetAccuracy,
  hammingLoss,
  figures = { subsetAccuracy, hammingLoss },
  figureIntervals = {},
}: KeptMetrics): string {
  const told = FIGURES.flatMap(({ name, sentence, unit }) => {
    const value = figures[name];
    return value === undefined
      ? []
      : [
          `${sentence}: ${unit === 'share' ? percentWithin(value, figureIntervals[name]) : numberWithin(value, figureIntervals[name])}`,
        ];
  }).join('; ');
  return `${told.slice(0, 1).toUpperCase()}${told.slice(1)}.`;
}

/** Metrics per label, then averages. */
export function metricsTable(metrics: KeptMetrics): string {
  const judged = metrics.labels.some(canBeJudged);
  const rows = metrics.labels.map((label) => [
    label.name,
    ...(canBeJudged(label)
      ? [
          percentWithin(label.precision, label.intervals?.precision),
          percentWithin(label.recall, label.intervals?.recall),
        ]
      : ['–', '–']),
    labelF1(label),
    String(label.support),
    label.threshold.toFixed(2),
    canBeJudged(label) ? percentWithin(label.averagePrecision, label.intervals?.averagePrecision) : '–',
    canBeJudged(label) && label.kappa !== undefined ? numberWithin(label.kappa, label.intervals?.kappa) : '–',
  ]);
  const averages = (['macro', 'micro', 'weighted', 'samples'] as const).map((name) => {
    const average: KeptMetrics['macro'] = metrics[name];
    const ranking = percentWithin(metrics.meanAveragePrecision, metrics.meanAveragePrecisionInterval);
    return [
      `${name} average`,
      ...SCORES.map((figure) => (judged ? percentWithin(average[figure], average.intervals?.[figure]) : '–')),
      '',
      '',
      name === 'macro' ? (judged ? ranking : '–') : '',
      '',
    ];
  });
  const head = ['label', 'precision', 'recall', 'F1', 'support', 'threshold', 'average precision', 'kappa'];
  const left = metrics.labelsLeftOut
    ? `\nMacro averages leave out ${metrics.labelsLeftOut} of ${metrics.labels.length} labels: without a yes or without a no nothing can be judged.`
    : '';
  const within = metrics.labels.some(({ intervals }) => intervals)
    ? '\nIn brackets: 95 % intervals of what new documents would show.'
    : '';
  const figures = judged ? `\n${figureLine(metrics)}` : '';
  return `${table(head, [...rows, ...averages])}${within}${left}${figures}`;
}

/** Where rows that were refused should go there is a file already. */
export const refusedTaken = (file: string): BackendError =>
  new BackendError('file_exists', `"${file}" is there already.`, 'Choose another name for --refused.');

/** Which of the refused rows a file has: of files that can't be read there are none, and of very many the first. */
export const whichIn = (written: number, refused: number): string =>
  written === refused
    ? `${refused === 1 ? 'It is' : 'They are'}`
    : `${written} of them ${written === 1 ? 'is' : 'are'}`;

/** Rows that could not be read, the first of them in full. */
export function problemLines(problems: readonly ImportProblem[], more = 0): string[] {
  const shown = problems.slice(0, 20).map(({ place, reason, value, remedy }) => {
    const at = `${placeInWords(place)}${place.column ? `, ${oneLine(place.column)}` : ''}`;
    const what = remedy ? `${reason} ${hintInWords(remedy)}` : reason;
    return `  ${at}: ${what}${value === undefined ? '' : ` (${JSON.stringify(value)})`}`;
  });
  const rest = problems.length - shown.length + more;
  return rest > 0 ? [...shown, `  … and ${rest} more.`] : shown;
}
