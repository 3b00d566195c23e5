import type { ProgressNow } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { paceOf } from './pace.ts';

/** Finished documents that are looked at for the pace. */
const MOST_FINISHED = 5000;

/** How far a project is, as it is counted at once: answers per label, pace, and what was decided since the last training. */
export function progressNow({ stores }: Project): ProgressNow {
  const { labels, annotations, settled, finished, documents, runs } = stores;
  const status = annotations.countByStatus();
  const done = status.get('done') ?? 0;
  const decided = finished.decidedOnFinished();
  const counts = settled.counts();
  const handled = annotations.handled();
  const test = documents.inSplit('test');
  const aside = new Set([...handled, ...test]);
  const all = documents.count();
  const last = runs.all().findLast(({ status: ended }) => ended === 'done');
  return {
    documents: all,
    done,
    open: Math.max(0, all - handled.size),
    toLearnFrom: {
      documents: Math.max(0, all - test.length),
      open: Math.max(0, all - aside.size),
    },
    labels: labels.all().map(({ id, name }) => ({
      labelId: id,
      name,
      ...(counts.get(id) ?? { yes: 0, no: 0 }),
      undecided: Math.max(0, done - (decided.get(id) ?? 0)),
    })),
    pace: paceOf(finished.inOrder(MOST_FINISHED)),
    training: {
      lastRun: last?.id ?? null,
      decidedSince: finished.decidedSince(last?.revisionId ?? 0),
    },
  };
}
