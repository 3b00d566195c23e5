import type { AnnotationRecord, Decision, ExportDocument, ExportLabel, ExportSource } from '../records.ts';
import type { ExportOptions } from './format.ts';

type Decisions = ReadonlyMap<string, Decision>;

const withDecision = (decision: Decision) => (decisions: Decisions, labels: readonly ExportLabel[]) =>
  labels.filter(({ name }) => decisions.get(name) === decision).map(({ name }) => name);

/** The labels that apply, in project order. */
export const accepted = withDecision('yes');

/** The labels that were rejected, in project order. */
export const rejected = withDecision('no');

/** The labels that were decided at all, in project order. */
export const decided = (decisions: Decisions, labels: readonly ExportLabel[]): string[] =>
  labels.filter(({ name }) => decisions.has(name)).map(({ name }) => name);

/** Annotations to write: finished ones; drafts if the user asks for them and the format has them; skipped ones. */
export function writable(
  { annotations }: ExportDocument,
  { includeUnfinished, annotator }: ExportOptions,
  kinds: { readonly drafts: boolean; readonly skipped: boolean },
): AnnotationRecord[] {
  return annotations.filter(({ status, annotator: own }) => {
    if (annotator !== undefined && own !== annotator) return false;
    if (status === 'draft') return kinds.drafts && includeUnfinished === true;
    return status === 'done' || kinds.skipped;
  });
}

/**
 * Whether someone finished a document without a word on any label, which says no to all. A word on one of them leaves
 * the others open, those that came later among them.
 */
export const noneApplies = ({ status, decisions }: AnnotationRecord): boolean =>
  status === 'done' && decisions.size === 0;

/** What was decided, with the noes of who finished without a word. */
export const settled = (annotation: AnnotationRecord, labels: readonly ExportLabel[]): Decisions =>
  noneApplies(annotation) ? new Map(labels.map(({ name }) => [name, 'no'])) : annotation.decisions;

/** The one answer of a document that several people may have annotated. */
export interface Answer {
  readonly decisions: Decisions;
  /** Of these what was said of a label by its name, as trainings have it. */
  readonly said: Decisions;
  /** Whether what is not a yes can be taken for a no by formats that list only what applies. */
  readonly finished: boolean;
  readonly comments: readonly string[];
  /** Labels that annotators disagree on and the rule leaves open. */
  readonly disputed: ReadonlySet<string>;
}

/**
 * What all annotators who finished a document agree on; without any, what the drafts agree on. Where they disagree, the
 * project's rule decides; a label that it leaves open stays undecided, and a document on which no yes but a dispute is left is not finished: it must not look like "none apply".
 * null: nobody annotated it.
 */
export function answerOf(
  document: ExportDocument,
  { labels }: ExportSource,
  options: ExportOptions,
): Answer | null {
  const all = writable(document, options, { drafts: true, skipped: false });
  const done = all.filter(({ status }) => status === 'done');
  return agreed(document, done.length > 0 ? done : all, labels);
}

/** What annotations of a document come to together. null: there are none. */
export function agreed(
  document: ExportDocument,
  own: readonly AnnotationRecord[],
  labels: readonly ExportLabel[],
): Answer | null {
  if (own.length === 0) return null;
  const opinions = own.map((annotation) => settled(annotation, labels));
  const decisions = new Map<string, Decision>();
  const byName = new Map<string, Decision>();
  const disputed = new Set<string>();
  for (const { name } of labels) {
    const values = new Set(opinions.flatMap((opinion) => opinion.get(name) ?? []));
    const said = new Set(own.flatMap((annotation) => annotation.decisions.get(name) ?? []));
    // Of a "none applies" that names no label the rule knows nothing.
    const [named] = said.size > 1 ? [document.settled?.get(name)] : said;
    if (named !== undefined) byName.set(name, named);
    const [value] = said.size > 1 ? [named] : values.size > 1 ? [] : values;
    if (value !== undefined) decisions.set(name, value);
    else if (said.size > 1 || values.size > 1) disputed.add(name);
  }
  const applies = accepted(decisions, labels).length > 0;
  return {
    decisions,
    said: byName,
    finished: own.every(({ status }) => status === 'done') && (applies || disputed.size === 0),
    comments: [...new Set(own.flatMap(({ comment }) => (comment ? [comment] : [])))],
    disputed,
  };
}

/** Labels that apply, for formats that list nothing else. null: a row without labels; undefined: no row. */
export function listedLabels(
  answer: Answer | null,
  { labels }: ExportSource,
  { includeUnfinished }: ExportOptions,
): readonly string[] | null | undefined {
  const names = answer === null ? [] : accepted(answer.decisions, labels);
  if (answer !== null && (answer.finished || names.length > 0)) return names;
  return includeUnfinished ? null : undefined;
}

/** Scores by label in project order, rounded to six digits, and the model's name; null without any. */
export function scoresOf(
  { suggestions }: ExportDocument,
  { labels }: ExportSource,
  { modelName }: ExportOptions,
): { readonly scores: readonly (readonly [string, number])[]; readonly model: string } | null {
  const [first] = suggestions;
  if (!first) return null;
  const known = new Map(suggestions.map(({ label, score }) => [label, Math.round(score * 1e6) / 1e6]));
  const scores = labels.flatMap(({ name }) => {
    const score = known.get(name);
    return score === undefined ? [] : [[name, score] as const];
  });
  return { scores, model: modelName ?? first.model };
}
