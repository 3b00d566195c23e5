import type { Filter, Sort } from '../../contract/index.ts';
import { predicted } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { type Learner, learnerOf } from '../suggesting/learning/learner.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { scoreTable } from '../suggesting/scoreTable.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { zeroShotOf } from '../suggesting/zeroShot.ts';
import { documentsWith, inOrderOf } from './fields.ts';

export interface FilterRequest {
  readonly annotator: string;
  readonly filter: Filter;
  readonly sort: Sort;
}

interface Kept {
  readonly key: string;
  /** What disagreements were told by; undefined: none were asked for. */
  readonly unlearnt: Learner['lastUnlearnt'] | undefined;
  readonly ids: Uint32Array;
}

/** The last answer per project: turning a page must not search again. */
const kept = new WeakMap<Project, Kept>();

/** Ids of all documents that match, in the order of the sort. */
export function matchingIds(project: Project, request: FilterRequest): Uint32Array {
  const key = JSON.stringify([request.annotator, request.filter, request.sort, versionFor(project, request)]);
  const known = kept.get(project);
  // Found at any time, with nothing written.
  const unlearnt = request.filter.disagreement ? learnerOf(project).lastUnlearnt : undefined;
  if (known?.key === key && known.unlearnt === unlearnt) return known.ids;
  const ids = sorted(project, request, find(project, request));
  kept.set(project, { key, unlearnt, ids });
  return ids;
}

/** What the answer depends on: it is kept as long as this stays. */
function versionFor(project: Project, { filter, sort }: FilterRequest): number[] {
  const scored =
    filter.suggested !== undefined ||
    filter.accepted !== undefined ||
    filter.disagreement ||
    sort === 'suggestion' ||
    sort === 'uncertain';
  const { annotations, documents, documentQuery } = project.stores;
  return [
    annotations.lastRevision(),
    documents.last(),
    documents.count(),
    scored ? documentQuery.changes() : 0,
    scored ? learnerOf(project).version : 0,
    // Someone may set one by hand, which changes nothing else.
    ...(scored ? thresholdsOf(project) : []),
  ];
}

function find(project: Project, { annotator, filter, sort }: FilterRequest): Uint32Array {
  const { annotations, documentQuery } = project.stores;
  const annotatorId = annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  let all = documentQuery.matching({ annotatorId, filter, sort: typeof sort === 'object' ? 'order' : sort });
  for (const condition of filter.fields ?? []) {
    const having = documentsWith(project, condition);
    all = all.filter((id) => having.has(id));
  }
  const accepted = filter.accepted && new Set(project.stores.accepted.documents(filter.accepted.labelId));
  const held = accepted ? all.filter((id) => accepted.has(id)) : all;
  const suggested = filter.suggested ? held.filter(isSuggested(project, filter.suggested)) : held;
  if (!filter.disagreement) return suggested;
  const contradicting = disagreements(project, annotatorId);
  return suggested.filter((id) => contradicting.has(id));
}

/** Whether a document's probability of a label lies within these bounds. */
function isSuggested(project: Project, suggested: NonNullable<Filter['suggested']>) {
  const suggestions = suggestionsOf(project);
  const from = suggestedFrom(project, suggested);
  return (id: number): boolean => {
    const probability = suggestions.probability(id, suggested.labelId);
    return predicted(probability, from) && probability <= suggested.to;
  };
}

/** From which probability on a filter asks for suggestions: as it says, else from the label's own threshold. */
export function suggestedFrom(project: Project, { labelId, from }: NonNullable<Filter['suggested']>): number {
  if (from !== undefined) return from;
  const place = project.stores.labels.all().findIndex(({ id }) => id === labelId);
  // Nothing is suggested for a label that was deleted.
  return thresholdsOf(project)[place] ?? 1;
}

/**
 * Documents on which the annotator and the model say the opposite of each other, for some label: the model as it would be
 * without what that document taught it, as it was found last (`Learner.unlearnt`), else without any decision.
 */
export function disagreements(project: Project, annotatorId: number): Set<number> {
  const { thresholds, probability } = scoreTable(project);
  const { learnt, lastUnlearnt } = learnerOf(project);
  const zeroShot = zeroShotOf(project);
  const before = (id: number, labelId: number): readonly [number, number | undefined] => {
    if (!learnt) return [probability(id, labelId), thresholds.get(labelId)];
    const own = lastUnlearnt.get(id);
    return own
      ? [own.probabilities.get(labelId) ?? Number.NaN, own.thresholds.get(labelId)]
      : [zeroShot.probability(id, labelId), thresholds.get(labelId)];
  };
  const found = new Set<number>();
  for (const [id, labelId, value] of project.stores.annotations.decidedBy(annotatorId)) {
    const [suggested, threshold] = before(id, labelId);
    if (threshold === undefined || Number.isNaN(suggested)) continue;
    if ((value === 'yes') !== predicted(suggested, threshold)) found.add(id);
  }
  return found;
}

/** Ranks and places as one number each, which sorts without a comparison function. */
const RANKS = 1_000_000;
const PLACES = 2 ** 26;

function sorted(project: Project, { filter, sort }: FilterRequest, ids: Uint32Array): Uint32Array {
  if (typeof sort === 'object') return inOrderOf(project, sort, ids);
  if (sort !== 'suggestion' && sort !== 'uncertain') return ids;
  const table = scoreTable(project);
  const value = (id: number) =>
    sort === 'uncertain' ? table.uncertainty(id) : table.highest(id, filter.suggested?.labelId);
  const keys = Float64Array.from(ids, (id, place) => Math.round((1 - value(id)) * RANKS) * PLACES + place);
  return Uint32Array.from(keys.sort(), (key) => ids[key % PLACES]!);
}
