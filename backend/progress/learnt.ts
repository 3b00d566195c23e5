import type { ProgressLearnt } from '../../contract/index.ts';
import { needOf, scoresOf } from '../../engine/index.ts';
import { evaluationOf } from '../evaluating/evaluation.ts';
import type { Project } from '../project/file.ts';
import { learnerOf, type Teaching } from '../suggesting/learning/learner.ts';
import { progressNow } from './now.ts';
import { createStandingWorker, FORECAST_MORE, type Standing, type StandingWorker } from './standingWorker.ts';

/** What is known of a project's learning, the newest. */
interface Kept {
  readonly worker: StandingWorker;
  last: { readonly key: string; readonly found: Promise<Standing> } | undefined;
}

const kept = new WeakMap<Project, Kept>();

function keptOf(project: Project): Kept {
  const known = kept.get(project);
  if (known) return known;
  const own: Kept = { worker: createStandingWorker(), last: undefined };
  project.closed.addEventListener('abort', own.worker.close);
  kept.set(project, own);
  return own;
}

/**
 * Learning curve, forecast, agreement over time and stopping criteria of what decisions taught, and what each label needs;
 * found in a thread, and kept until something is decided. null: nothing was learnt.
 */
export async function progressLearnt(project: Project): Promise<ProgressLearnt | null> {
  const teaching = await learnerOf(project).teaching();
  if (!teaching) return null;
  const own = keptOf(project);
  const more = moreOf(progressNow(project).toLearnFrom.open);
  const key = `${teaching.key} ${more}`;
  if (own.last?.key !== key) {
    const begun = { key, found: own.worker.find({ ...questionOf(project, teaching), more }) };
    own.last = begun;
    // What failed is tried again by who asks next.
    begun.found.catch(() => {
      if (own.last === begun) own.last = undefined;
    });
  }
  const { curve, forecast, agreement, criteria } = await own.last.found;
  return {
    documents: teaching.documents,
    labels: await labelsOf(project),
    curve:
      curve === null
        ? null
        : curve.sizes.map((documents, i) => ({
            documents,
            macroF1: curve.macroF1[i]!,
            ...curve.intervals[i]!,
          })),
    forecast,
    agreement: agreement.map(({ from, to, next }) => ({
      from,
      to,
      documents: next.documents,
      asSuggested: next.asSuggested,
      f1: scoresOf(next.counts).f1,
    })),
    criteria: [...criteria],
  };
}

/** A forecast speaks of documents that there are; of a project that is done, what others would bring. */
const moreOf = (open: number): number => (open > 0 ? Math.min(FORECAST_MORE, open) : FORECAST_MORE);

/** Rows of the tables in the order in which their documents were decided first. */
function questionOf(project: Project, { tables, known, rows, targets }: Teaching) {
  const decided = new Set(known.flatMap(({ documents }) => [...documents]));
  const order = project.stores.finished.firstDecided().flatMap((id) => {
    const row = rows.get(id);
    return row !== undefined && decided.has(row) ? [row] : [];
  });
  return { tables, known, order, targets };
}

async function labelsOf(project: Project): Promise<ProgressLearnt['labels']> {
  const evaluation = await evaluationOf(project);
  const figures = new Map(evaluation?.labels.map((label) => [label.labelId, label.figures]));
  return progressNow(project).labels.map(({ labelId, yes, no }) => {
    const own = figures.get(labelId);
    const f1 = own ? { estimate: own.f1, ...own.intervals.f1 } : null;
    return { labelId, f1, need: needOf({ yes, no, f1 }) };
  });
}
