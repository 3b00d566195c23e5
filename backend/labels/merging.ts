import type { Affected } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

/** What a change of a label touches, in documents; with `into`, how often the two labels contradict each other. */
export function affectedBy(
  { stores: { labelChanges, evidence, accepted } }: Project,
  { id, into }: { id: number; into?: number | undefined },
): Affected {
  return {
    yes: labelChanges.countDecided(id, 'yes'),
    no: labelChanges.countDecided(id, 'no'),
    accepted: accepted.countOf(id),
    suggestions: evidence.countOf(id),
    runs: labelChanges.countRuns(id),
    contradictions: into === undefined ? 0 : labelChanges.countContradictions(id, into),
  };
}

/**
 * Yes for `from` becomes yes for `into`, in one revision per annotator; suggestions that were accepted for it stay what they
 * are, for `into`. Returns the revisions.
 */
export function mergeDecisions(
  { stores: { annotations, labelChanges, accepted } }: Project,
  { from, into }: { from: number; into: number },
): number[] {
  accepted.merge({ from, into });
  const revisions = new Map<number, number>();
  for (const { documentId, annotatorId } of labelChanges.movedByMerging({ from, into })) {
    const revision =
      revisions.get(annotatorId) ?? annotations.addRevision(annotatorId, 'merge', new Date().toISOString());
    revisions.set(annotatorId, revision);
    annotations.decide(revision, { documentId, annotatorId, labelId: into, value: 'yes' });
  }
  return [...revisions.values()];
}

/** Restores what merging changed, except where someone has decided again since. `into`: absent in changes of old projects. */
export function unmergeDecisions(
  { stores: { annotations, acts, accepted } }: Project,
  { from, into, revisions }: { from: number; into: number | undefined; revisions: readonly number[] },
): void {
  if (into !== undefined) accepted.unmerge({ from, into });
  for (const merged of revisions) {
    const rows = acts.mergedBefore(merged);
    const [first] = rows;
    if (!first) continue;
    const revision = annotations.addRevision(first.annotatorId, 'merge', new Date().toISOString(), merged);
    for (const { before, ...row } of rows)
      annotations.decide(revision, { ...row, value: before ?? 'undecided' });
  }
}
