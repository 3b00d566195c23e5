import type { Project } from '../project/file.ts';
import { type KeptLearnt, learntOf } from './learning/learner.ts';
import { type Suggestions, zeroShotOf } from './zeroShot.ts';

export type { Suggestions } from './zeroShot.ts';

/** What is suggested for one label of one document. */
export interface Suggestion {
  readonly labelId: number;
  readonly probability: number;
  /** It has learnt from an answer to this very label of this document. */
  readonly ownAnswer: boolean;
  /** Whose evidence it follows from. */
  readonly scorer: number;
  /** The passage that decided; null: the whole text was read at once. */
  readonly passage: { readonly start: number; readonly end: number } | null;
}

/**
 * The suggestions of a project: those of all documents, or at least of `only` these. Every reader of probabilities reads
 * them here. What decisions taught is in them as far as it has been learnt (`learning/learner.ts`); where the evidence
 * changed since, they follow from that alone.
 */
export function suggestionsOf(project: Project, only?: readonly number[]): Suggestions {
  const zeroShot = zeroShotOf(project, only);
  const learnt = learntOf(project);
  return learnt ? taught(project, zeroShot, learnt) : zeroShot;
}

function taught(project: Project, zeroShot: Suggestions, learnt: KeptLearnt): Suggestions {
  const probability = (documentId: number, labelId: number): number =>
    learntProbability(project, learnt, documentId, labelId) ?? zeroShot.probability(documentId, labelId);
  return {
    labelIds: zeroShot.labelIds,
    probability,
    has: (documentId) => zeroShot.has(documentId),
    row(documentId) {
      if (!zeroShot.has(documentId)) return undefined;
      const { labelIds } = zeroShot;
      const own = new Float32Array(labelIds.length);
      for (let i = 0; i < own.length; i++) own[i] = probability(documentId, labelIds[i]!);
      return own;
    },
    scorer: (documentId, labelId) => zeroShot.scorer(documentId, labelId),
    get complete() {
      return zeroShot.complete;
    },
  };
}

/** undefined: nothing was learnt of it, or it was read again since. */
function learntProbability(
  { stores }: Project,
  learnt: KeptLearnt,
  documentId: number,
  labelId: number,
): number | undefined {
  const { columns } = stores.evidence;
  const row = columns.rowOf(documentId);
  const odds = row === undefined ? undefined : columns.column(labelId)?.odds[row];
  return odds === undefined ? undefined : learnt.probability(documentId, labelId, odds);
}

/** A document's suggestions for the project's labels, with the passages that decided. */
export function suggestionsFor(project: Project, documentId: number): Suggestion[] {
  const zeroShot = zeroShotOf(project, [documentId]);
  const learnt = learntOf(project);
  const passages = project.stores.evidence.passagesOf(documentId);
  return zeroShot.labelIds.flatMap((labelId) => {
    const own = learnt ? learntProbability(project, learnt, documentId, labelId) : undefined;
    const probability = own ?? zeroShot.probability(documentId, labelId);
    if (Number.isNaN(probability)) return [];
    const ownAnswer = own !== undefined && learnt?.learntFrom(documentId, labelId) === true;
    const scorer = zeroShot.scorer(documentId, labelId);
    return [{ labelId, probability, ownAnswer, scorer, passage: passages.get(labelId) ?? null }];
  });
}
