import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { learnerOf, type Unlearnt } from './learning/learner.ts';
import { suggestionsOf } from './reader.ts';
import { arranger } from './runOrder.ts';
import { thresholdsOf } from './thresholds.ts';

/**
 * Who gave a document's probabilities: what suggests now, the same had nobody decided the document, the active run while
 * it held the document out, or a model before it.
 */
export type UnseenFrom = 'suggestion' | 'cross-fitted' | 'held out' | 'before';

/** Probabilities by a model that had not learnt from the document, in label order; NaN where there is none. */
export interface UnseenScores {
  readonly from: UnseenFrom;
  readonly probabilities: Float32Array;
  /** In label order; of a document that was held out, and of one before a run, as far as they were kept: chosen without it. */
  readonly thresholds: Float64Array;
}

/**
 * What honest figures rest on. A document that the active run learnt from has what was suggested for it before; one whose
 * decisions taught what suggests now what it would be given without them, and where that is not known one that the run
 * held out what the run gave it then; of all others the suggestion of now is unseen. A label that was reworded since has no score of before;
 * documents without any are left out.
 */
export async function unseenReader(
  project: Project,
  labels: readonly Label[],
): Promise<(ids: readonly number[]) => Map<number, UnseenScores>> {
  const unlearnt = await learnerOf(project).unlearnt();
  const { runs, settings, unseenScores: kept } = project.stores;
  const run = settings.get('activeRun');
  const learnt = runs.learntFrom(run);
  const heldOut = kept.heldOut(run);
  const before = kept.before(run);
  const arrange = run === 0 ? undefined : arranger(project, run, labels);
  const used = thresholdsOf(project);
  const byPerson = runs.thresholds(run);
  const chosen = labels.map(({ id }) => byPerson.get(id));
  const crossFitted = ({ probabilities, thresholds }: Unlearnt): Omit<UnseenScores, 'from'> => ({
    probabilities: Float32Array.from(labels, ({ id }) => probabilities.get(id) ?? Number.NaN),
    thresholds: used.map((threshold, i) => chosen[i] ?? thresholds.get(labels[i]!.id) ?? threshold),
  });
  return (ids) => {
    const suggestions = suggestionsOf(project, ids);
    const scores = new Map<number, UnseenScores>();
    for (const id of ids) {
      const own = heldOut.get(id);
      const past = learnt.has(id) ? before.get(id) : undefined;
      const taught = unlearnt.get(id);
      if (taught && !learnt.has(id)) {
        scores.set(id, { ...crossFitted(taught), from: own ? 'held out' : 'cross-fitted' });
      } else if (own && arrange) {
        const tuned = arrange(own.thresholds);
        scores.set(id, {
          from: 'held out',
          probabilities: arrange(own.probabilities),
          thresholds: used.map((threshold, i) =>
            chosen[i] !== undefined || Number.isNaN(tuned[i]) ? threshold : tuned[i]!,
          ),
        });
      } else if (past && arrange) {
        const then = past.thresholds && arrange(past.thresholds);
        scores.set(id, {
          from: 'before',
          probabilities: arrange(past.probabilities),
          thresholds: used.map((threshold, i) => (then && !Number.isNaN(then[i]) ? then[i]! : threshold)),
        });
      } else if (!learnt.has(id)) {
        const probabilities = Float32Array.from(labels, (label) => suggestions.probability(id, label.id));
        if (!probabilities.every(Number.isNaN))
          scores.set(id, { from: 'suggestion', probabilities, thresholds: used });
      }
    }
    return scores;
  };
}
