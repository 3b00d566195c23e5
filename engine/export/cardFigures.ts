import type { LabelRanges, Range } from '../evaluate/credible.ts';
import { canBeJudged, type KeptMetrics } from '../evaluate/metrics.ts';
import { inline } from './markdown.ts';

interface Figures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly intervals?: LabelRanges | undefined;
}

/** A table of figures in a card; null: it takes documents with and without. */
export interface CardFigures {
  /** On which documents and at which thresholds, in whole sentences. */
  readonly how: string;
  readonly labels: readonly {
    readonly name: string;
    readonly support: number;
    readonly figures: Figures | null;
  }[];
  readonly macro: Figures | null;
  readonly micro: Figures | null;
  readonly averagePrecision: { readonly mean: number; readonly interval?: Range | undefined } | null;
  /** How many labels the macro averages leave out; absent: not known. */
  readonly labelsLeftOut?: number | undefined;
}

/** Those of a run on its held-out documents; null: none were held out. */
export function figuresOfRun({
  metrics,
  chosenThresholds = [],
}: {
  readonly metrics: KeptMetrics | null;
  readonly chosenThresholds?: readonly string[] | undefined;
}): CardFigures | null {
  if (!metrics) return null;
  const { labelsLeftOut: left, labels, macro, micro, meanAveragePrecision } = metrics;
  const how =
    left === undefined
      ? 'At a threshold of 0.5, in percent.'
      : "At each label's threshold, chosen without the document that is judged (cross-fitted), in percent.";
  const chosen =
    chosenThresholds.length === 0
      ? ''
      : ` For ${chosenThresholds.map(inline).join(', ')} the table above has a threshold that a person chose, at which these figures were not measured.`;
  const isJudged = labels.some(canBeJudged);
  return {
    how: `${how}${chosen}`,
    labels: labels.map((label) => ({
      name: label.name,
      support: label.support,
      figures: canBeJudged(label) ? label : null,
    })),
    macro: isJudged ? macro : null,
    micro: isJudged ? micro : null,
    averagePrecision: isJudged
      ? { mean: meanAveragePrecision, interval: metrics.meanAveragePrecisionInterval }
      : null,
    labelsLeftOut: left,
  };
}

/** `none`: what is said where there are no figures. */
export function figuresSection(found: CardFigures | null, none: string): string {
  if (found === null) return none;
  const { how, labels, macro, micro, averagePrecision, labelsLeftOut: left } = found;
  const row = (name: string, figures: Figures | null, support = '') => {
    const cells = (['precision', 'recall', 'f1'] as const).map((figure) =>
      figures ? within(figures[figure], figures.intervals?.[figure]) : '–',
    );
    return `| ${inline(name)} | ${cells.join(' | ')} | ${support} |`;
  };
  const ranking = averagePrecision ? within(averagePrecision.mean, averagePrecision.interval) : '–';
  const intervals = labels.some(({ figures }) => figures?.intervals)
    ? ' In brackets: 95 % intervals of what new documents would show.'
    : '';
  const leftOut = left
    ? ` Macro averages leave out ${left} of ${labels.length} labels, which had no document with or none without them.`
    : '';
  return `${how}${intervals} Mean average precision: ${ranking}.${leftOut}

| label | precision | recall | F1 | support |
| --- | --- | --- | --- | --- |
${labels.map(({ name, figures, support }) => row(name, figures, String(support))).join('\n')}
${row('macro average', macro)}
${row('micro average', micro)}`;
}

const percent = (share: number) => (100 * share).toFixed(1);

const within = (share: number, range: Range | undefined) =>
  range === undefined
    ? percent(share)
    : `${percent(share)} (${percent(range.low)} to ${percent(range.high)})`;
