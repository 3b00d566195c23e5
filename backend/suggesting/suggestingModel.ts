import type { FusionWeights } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { resolveChosen, resolveNamed } from '../models/agreed.ts';
import { baseModel } from '../models/baseModel.ts';
import { modelDigest } from '../models/digest.ts';
import type { Project } from '../project/file.ts';
import type { CurrentEvidence, Scorer } from '../project/store/evidence.ts';
import type { Label } from '../project/store/labels.ts';
import { fusionFor, type Reading } from './fusing.ts';
import { APP_PRECISION, currentEvidence, type SuggestingModel, scorersFor } from './scorers.ts';

/**
 * What suggests: the model that is named, else the active run, else the project's model. It changes with the model's
 * weights and with how they are read.
 */
export async function suggestingModel(
  project: Project,
  model?: string,
  reading?: Reading,
  /** Who named the model: a person on this machine, or the project. */
  by: 'chosen' | 'named' = 'chosen',
): Promise<SuggestingModel> {
  const { settings } = project.stores;
  const active = settings.get('activeRun');
  if (model === undefined && active !== 0) {
    if (reading === 'combined') throw trainedReading();
    return runModel(project, active);
  }
  const { name, dir } = await (model === undefined || by === 'named'
    ? resolveNamed(model ?? settings.get('model'))
    : resolveChosen(model));
  const fusion: FusionWeights | undefined = fusionFor(dir, reading);
  return { kind: 'model', name, digest: await modelDigest(dir), dir, ...(fusion && { fusion }) };
}

/** A trained run's probabilities are entailment: it has learnt the labels, and its embeddings were not kept. */
export const trainedReading = () =>
  new BackendError(
    'reading_unavailable',
    'A trained run has no combined reading: it suggests by entailment alone.',
    { code: 'plain_reading', trained: true },
  );

/** Under which evidence of a run is kept. */
const runName = (id: number) => ({ kind: 'run', name: String(id), digest: '' }) as const;

/** The scorers of what suggests now, of labels as they are worded. */
export async function scorersNow(project: Project, labels: readonly Label[]): Promise<Scorer[]> {
  const active = project.stores.settings.get('activeRun');
  // No weights of a run are read: what was stored under it is there without them.
  const source = active === 0 ? await suggestingModel(project) : runName(active);
  return scorersFor(source, labels, APP_PRECISION);
}

/** Which evidence is of what suggests now. */
export const evidenceNow = async (project: Project, labels: readonly Label[]): Promise<CurrentEvidence> =>
  currentEvidence(project, await scorersNow(project, labels));

/** A run's model; throws `run_missing`, `run_unfinished` or `base_model_changed`. */
export async function runModel(project: Project, id: number): Promise<SuggestingModel> {
  const { runs } = project.stores;
  const run = runs.get(id);
  if (!run) {
    const known = runs.all().map((r) => r.id);
    throw new BackendError(
      'run_missing',
      `The project has no run ${id}.`,
      known.length > 0 ? `It has ${known.join(', ')}.` : 'Train first.',
    );
  }
  const trained = runs.weights(id);
  if (!trained) {
    throw new BackendError('run_unfinished', `Run ${id} has no weights: it is ${run.status}.`, {
      code: 'resume_run',
      run: id,
    });
  }
  const { dir } = await baseModel(run);
  return { ...runName(id), dir, trained };
}
