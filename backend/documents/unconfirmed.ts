import type { Doubts, Filter } from '../../contract/index.ts';
import { predicted } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { matchingIds } from './filtering.ts';

/** Where fewer are expected to be right, who takes them all for what holds is told. */
const LEAST_RIGHT = 0.5;

const PLAIN: Filter = { search: '', status: 'all' };
/** A filter that leaves nothing out but what `more` says. */
export const everything = (more: Partial<Filter> = {}): Filter => ({ ...PLAIN, ...more });

export interface Among {
  readonly annotator: string;
  /** Among which documents; they are as many as match. */
  readonly filter: Filter;
  /** Absent: all labels. */
  readonly labelIds?: readonly number[] | undefined;
}

export interface Unconfirmed {
  readonly documentId: number;
  readonly labelId: number;
  readonly probability: number;
  readonly threshold: number;
  /** Who read the document for the label. */
  readonly scorer: number;
}

/**
 * Suggestions at or above their thresholds on documents that nobody has finished or skipped, for labels of which nobody
 * said anything. What is accepted already is not among them.
 */
export function* unconfirmedIn(project: Project, request: Among): Generator<Unconfirmed> {
  const { labels, accepted } = project.stores;
  const thresholds = thresholdsOf(project);
  const wanted = labels
    .all()
    .flatMap(({ id }, i) =>
      request.labelIds && !request.labelIds.includes(id) ? [] : [{ id, threshold: thresholds[i]! }],
    );
  const suggestions = suggestionsOf(project);
  const closed = accepted.closed();
  for (const documentId of matchingIds(project, { ...request, sort: 'order' })) {
    if (closed.documents.has(documentId)) continue;
    for (const { id: labelId, threshold } of wanted) {
      const probability = suggestions.probability(documentId, labelId);
      if (Number.isNaN(probability) || !predicted(probability, threshold)) continue;
      if (closed.answered(documentId, labelId)) continue;
      yield {
        ...{ documentId, labelId, probability, threshold },
        scorer: suggestions.scorer(documentId, labelId),
      };
    }
  }
}

/** The share of these that is expected to be right, and whether that is too few to take them unseen. */
export function expectedRight(sum: number, count: number): { right: number; doubtful: boolean } {
  const right = sum / count;
  return { right, doubtful: right < LEAST_RIGHT };
}

/** Documents that anybody finished: without any nothing tells how often labels apply. */
export const finishedIn = ({ stores }: Project): number =>
  stores.annotations.countByStatus().get('done') ?? 0;

/** What speaks against taking all that is suggested for what holds, as a table of results does. */
export async function doubtsIn(project: Project): Promise<Doubts> {
  await learnerOf(project).follow({ whole: true });
  const found = new Map<number, { sum: number; count: number }>();
  for (const { labelId, probability } of unconfirmedIn(project, { annotator: '', filter: everything() })) {
    const { sum, count } = found.get(labelId) ?? { sum: 0, count: 0 };
    found.set(labelId, { sum: sum + probability, count: count + 1 });
  }
  return {
    finished: finishedIn(project),
    labels: [...found].map(([labelId, { sum, count }]) => ({
      labelId,
      doubtful: expectedRight(sum, count).doubtful,
    })),
  };
}
