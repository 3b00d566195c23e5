import type { Project } from '../../project/file.ts';
import type { LearntReading } from '../fusing.ts';
import { tunedModel } from '../tuned.ts';
import { untrainedSource } from '../untrained.ts';
import { areLabelsOf, learnerOf } from './learner.ts';

/**
 * What decisions taught, to read other texts with as the project's suggestions are read, in the order of its labels.
 * undefined: they taught nothing.
 */
export async function learntReading(project: Project): Promise<LearntReading | undefined> {
  const learner = learnerOf(project);
  await learner.follow({ whole: true });
  const { learnt } = learner;
  if (!learnt || !areLabelsOf(project, learnt.labelIds)) return undefined;
  const { heads, fusion, isTuned } = learnt;
  if (fusion === null) return { heads, run: null };
  const untrained = await untrainedSource(project, project.stores.labels.all());
  if (!untrained) return undefined;
  const tuned = isTuned ? await tunedModel(project) : null;
  return { heads, run: { fusion, ...untrained }, ...(tuned && { embedder: tuned.source }) };
}
