import { isObject, labelName } from './fields.ts';
import type { ImportOptions } from './options.ts';

/** How programs call the name of what they found, and how sure they are of it. */
const NAMES = ['label', 'name', 'class', 'category'] as const;
const SCORES = ['score', 'confidence', 'probability', 'prob'] as const;
/** What makes such an object a part of a text. */
const PLACES = ['start', 'start_offset', 'end', 'word', 'span'] as const;

const isScore = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

/** A label with its score, as an object or a pair; null: it is something else. */
function pairIn(value: unknown): readonly [string, number] | null {
  const [name, score] = Array.isArray(value)
    ? value.length === 2
      ? (value as unknown[])
      : []
    : isObject(value) && !PLACES.some((key) => Object.hasOwn(value, key))
      ? [
          NAMES.map((key) => value[key]).find((one) => typeof one === 'string'),
          SCORES.map((key) => value[key]).find(isScore),
        ]
      : [];
  return typeof name === 'string' && isScore(score) ? [name, score] : null;
}

/**
 * Labels with how probable they are, as models say it: `[{"label": "late", "score": 0.9}]`, `[["late", 0.9]]`, or
 * `{"late": 0.9}` where one is neither 0 nor 1. null: it is something else.
 */
export function scoresIn(value: unknown): readonly (readonly [string, number])[] | null {
  if (Array.isArray(value)) {
    const pairs = value.map(pairIn);
    return pairs.length > 0 && pairs.every((pair) => pair !== null) ? pairs : null;
  }
  if (!isObject(value)) return null;
  // Structures of Parquet have the names of all rows in each.
  const given = Object.entries(value).filter(([, score]) => score !== null && score !== undefined);
  const scores = given.flatMap(([name, score]) => (isScore(score) ? [[name, score] as const] : []));
  return scores.length === given.length && scores.some(([, score]) => score > 0 && score < 1) ? scores : null;
}

/** A list of labels with a list of as many numbers beside it, as pairs; anything else as it is. */
export const besideScores = (labels: unknown, scores: unknown): unknown =>
  Array.isArray(labels) &&
  Array.isArray(scores) &&
  labels.length === scores.length &&
  labels.every((label) => typeof label === 'string') &&
  scores.every(isScore)
    ? labels.map((label: unknown, i) => [label, scores[i] as unknown])
    : labels;

/** From which score on a label applies where someone took a list with scores for labels; undefined: nobody did. */
export const cutoffOfLists = ({ columns = [], cutoff }: ImportOptions): number | undefined =>
  columns.some(({ role }) => role === 'labels') ? (cutoff ?? 0.5) : cutoff;

/** What scores say of labels where someone takes them for decisions. */
export function decidedBy(
  scores: readonly (readonly [string, number])[],
  { cutoff, column }: { cutoff: number; column: string },
): { readonly names: string[]; readonly numbers: []; readonly rejected: string[] } {
  const of = (wanted: boolean) =>
    scores.flatMap(([name, score]) => (score >= cutoff === wanted ? [labelName(name, column)] : []));
  return { names: of(true), numbers: [], rejected: of(false) };
}
