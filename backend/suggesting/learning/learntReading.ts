import type { Project } from '../../project/file.ts';
import type { Scorer } from '../../project/store/evidence.ts';
import type { LearntReading } from '../fusing.ts';
import { scorersNow } from '../suggestingModel.ts';
import { tunedModel } from '../tuned.ts';
import { untrainedSource } from '../untrained.ts';
import { areLabelsOf, learnerOf } from './learner.ts';

/** Said where `restsOnOthers` holds. */
export const LEFT_OUT =
  'What was learnt in this project is left out: it rests on suggestions that another model made than this project has, or that were read in another way. Have suggestions made anew.';

/**
 * What decisions taught, to read other texts with as the project's suggestions are read, in the order of its labels.
 * undefined: they taught nothing, or what reads other texts is not what they were learnt with (`restsOnOthers`), of which
 * `onLeftOut` hears in a sentence.
 */
export async function learntReading(
  project: Project,
  onLeftOut?: (sentence: string) => void,
): Promise<LearntReading | undefined> {
  const learner = learnerOf(project);
  await learner.follow({ whole: true });
  const { learnt } = learner;
  if (!learnt) return undefined;
  if (await restsOnOthers(project)) {
    onLeftOut?.(LEFT_OUT);
    return undefined;
  }
  if (!areLabelsOf(project, learnt.labelIds)) return undefined;
  const { heads, fusion, isTuned } = learnt;
  if (fusion === null) return { heads, run: null };
  const untrained = await untrainedSource(project, project.stores.labels.all());
  if (!untrained) return undefined;
  const tuned = isTuned ? await tunedModel(project) : null;
  return { heads, run: { fusion, ...untrained }, ...(tuned && { embedder: tuned.source }) };
}

/**
 * Whether what was learnt rests on suggestions of another model than reads other texts now, or on another reading of it:
 * someone named one for some suggestions, or not all were made anew yet. Of other texts heads would be given what they
 * never saw.
 */
export async function restsOnOthers(project: Project): Promise<boolean> {
  const { learnt } = learnerOf(project);
  // Beside a run the evidence of its own model alone is read.
  if (learnt?.run !== 0) return false;
  const { evidence, labels } = project.stores;
  const own = new Set((await scorersNow(project, labels.all())).map(readerOf));
  return [...learnt.scorers].some((id) => {
    const scorer = evidence.scorer(id);
    return !scorer || !own.has(readerOf(scorer));
  });
}

/** Which model, read how; what it computes in and how labels were worded are no other reader. */
const readerOf = ({ kind, digest, fusion }: Scorer): string => JSON.stringify([kind, digest, fusion]);
