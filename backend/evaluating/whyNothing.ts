import type { NothingMeasured } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { oneSidedIn } from '../suggesting/oneSided.ts';
import { heldOutFrom } from '../training/data.ts';

/** Why `evaluationOf` finds nothing to measure on. */
export function whyNothing(project: Project): NothingMeasured {
  return { why: reasonOf(project), heldOutFrom: heldOutFrom(project) };
}

function reasonOf(project: Project): NothingMeasured['why'] {
  const { settled, runs, settings } = project.stores;
  const oneSided = oneSidedIn(project);
  const learnt = runs.learntFrom(settings.get('activeRun'));
  let decided = false;
  let measurable = false;
  for (const { documentId, labelId } of settled.answers()) {
    decided = true;
    if (oneSided.has(documentId, labelId)) continue;
    measurable = true;
    if (!learnt.has(documentId)) return 'not read';
  }
  return measurable ? 'all learnt' : decided ? 'one-sided' : 'undecided';
}
