import { type Engine, type LearntExport, readingAlone } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { learntReading } from '../suggesting/learning/learntReading.ts';
import { projectPriors } from '../suggesting/priors.ts';
import { APP_PRECISION, type SuggestingModel } from '../suggesting/scorers.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';

/** Why an exported folder has nothing that decisions taught; `other run`: what they taught is read together with another. */
export type WithoutLearnt = 'other run' | 'nothing learnt';

/**
 * What makes the project's own suggestions beside a model that is exported: that of its active run, or of the model without
 * training where none is. `source` is the model.
 */
export async function learntExport(
  project: Project,
  engine: Engine,
  { run, source, signal }: { run: number; source: SuggestingModel; signal?: AbortSignal | undefined },
): Promise<LearntExport | WithoutLearnt> {
  const { labels, settings } = project.stores;
  if (run !== settings.get('activeRun')) return 'other run';
  const learnt = await learntReading(project);
  if (!learnt) return 'nothing learnt';
  const { heads, embedder } = learnt;
  const all = labels.all();
  const thresholds = thresholdsOf(project);
  const untrained = learnt.run?.source ?? source;
  const priors = learnt.run ? learnt.run.priors : await priorsOf(project, engine, { source, signal });
  return {
    labels: all.map(({ name, description, hypotheses }, i) => ({
      ...{ name, description, hypotheses },
      threshold: thresholds[i]!,
    })),
    heads: readingAlone(heads),
    combination: untrained.fusion,
    priors,
    run: learnt.run?.fusion ?? null,
    tuned: embedder?.tuned,
  };
}

/** As the heads learnt from what is suggested. */
async function priorsOf(
  project: Project,
  engine: Engine,
  { source, signal }: { source: SuggestingModel; signal: AbortSignal | undefined },
) {
  if (!source.fusion) return undefined;
  const labels = project.stores.labels.all();
  return projectPriors(project, engine, source, { labels, device: 'cpu', precision: APP_PRECISION, signal });
}
