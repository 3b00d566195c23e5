import type { Project } from '../project/file.ts';
import { type KeptLearnt, learntOf } from './learning/learner.ts';
import { type Suggestions, zeroShotOf } from './zeroShot.ts';

export type { Suggestions } from './zeroShot.ts';

/** What is suggested for one label of one document. */
export interface Suggestion {
  readonly labelId: number;
  readonly probability: number;
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
  const { columns } = project.stores.evidence;
  const probability = (documentId: number, labelId: number): number => {
    const row = columns.rowOf(documentId);
    const odds = row === undefined ? undefined : columns.column(labelId)?.odds[row];
    const own = odds === undefined ? undefined : learnt.probability(documentId, labelId, odds);
    return own ?? zeroShot.probability(documentId, labelId);
  };
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

/** A document's suggestions for the project's labels, with the passages that decided. */
export function suggestionsFor(project: Project, documentId: number): Suggestion[] {
  const all = suggestionsOf(project, [documentId]);
  const passages = project.stores.evidence.passagesOf(documentId);
  return all.labelIds.flatMap((labelId) => {
    const probability = all.probability(documentId, labelId);
    return Number.isNaN(probability)
      ? []
      : [{ labelId, probability, passage: passages.get(labelId) ?? null }];
  });
}
