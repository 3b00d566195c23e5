import { basename, dirname } from 'node:path';
import type { CardFacts, CardLabel, Engine, ExportResult, LearntExport } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { BackendError } from '../errors.ts';
import { removeLeftovers } from '../files/atomic.ts';
import { listedName } from '../models/embedded.ts';
import type { Project } from '../project/file.ts';
import { restsOnOthers } from '../suggesting/learning/learntReading.ts';
import type { SuggestingModel } from '../suggesting/scorers.ts';
import { runModel, suggestingModel } from '../suggesting/suggestingModel.ts';
import { learntExport, type WithoutLearnt } from './learntExport.ts';
import { togetherFacts } from './togetherFacts.ts';

const PROBE_TEXTS = 20;
const PROBE_CHARACTERS = 2000;

export interface ExportedModel extends ExportResult {
  /** Why the folder is the model alone, without what decisions taught; null: it holds both. */
  readonly withoutLearnt: WithoutLearnt | null;
}

interface Where {
  readonly to: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Exports what suggests now as a folder that other tools load: the active run, or the model without training, with what
 * decisions taught, or documents alone before the first. Throws as `exportRun` does, `nothing_learnt` where there is
 * neither a run, nor a decision, nor a document that can be compared with others, and `learnt_from_others` where the model's
 * suggestions are not what was learnt from.
 */
export async function exportSuggesting(
  project: Project,
  engine: Engine,
  where: Where,
): Promise<ExportedModel> {
  const run = project.stores.settings.get('activeRun');
  if (run !== 0) return exportRun(project, engine, { ...where, run });
  const { to, signal } = where;
  const source = await suggestingModel(project);
  const learnt = await learntExport(project, engine, { run, source, signal });
  if (typeof learnt === 'string') {
    if (await restsOnOthers(project)) throw learntFromOthers();
    throw new BackendError(
      'nothing_learnt',
      'This project has learnt nothing that could be exported.',
      'Decide on some documents and have suggestions made, or train.',
    );
  }
  const together = await togetherFacts(project, learnt);
  const card: CardFacts = {
    name: basename(to),
    baseModel: nameOf(source.name),
    ...{ documents: 0, heldOutDocuments: 0, pairs: 0, options: {}, metrics: null },
    date: new Date().toISOString().slice(0, 10),
    trained: false,
    together,
  };
  // Its own probabilities are of another kind than those that decisions taught, and so are their thresholds.
  const labels = learnt.labels.map((label) => ({ ...label, threshold: 0.5 }));
  const result = await write(project, engine, { source, to, labels, card, learnt, signal });
  return { ...result, withoutLearnt: null };
}

const learntFromOthers = () =>
  new BackendError(
    'learnt_from_others',
    'What this project has learnt rests on suggestions that another model made than it has, or that were read in another way.',
    'Have suggestions made anew, and export again.',
  );

/**
 * Exports a run's model as a folder that other tools load, where it suggests with what decisions taught; the folder appears
 * only after a fresh process has loaded it and reproduced the scores in its probe. Throws `run_missing`, `run_unfinished`,
 * `base_model_changed`, `target_exists` `export_differs` or `cancelled`.
 */
export async function exportRun(
  project: Project,
  engine: Engine,
  { run: id, to, signal }: Where & { run: number },
): Promise<ExportedModel> {
  const source = await runModel(project, id);
  const { runs } = project.stores;
  const run = mustGet(runs, id, 'run');
  const { report, options } = run;
  const chosen = runs.thresholds(id);
  const own = runs.labels(id);
  const found = await learntExport(project, engine, { run: id, source, signal });
  const learnt = typeof found === 'string' ? undefined : found;
  const labels = own.map(({ labelId, name, hypotheses, threshold }) => ({
    name,
    hypotheses,
    threshold: chosen.get(labelId) ?? threshold,
  }));
  const card: CardFacts = {
    name: basename(to),
    baseModel: nameOf(run.model),
    documents: report.documents ?? 0,
    heldOutDocuments: report.heldOutDocuments ?? 0,
    pairs: report.pairs ?? 0,
    options: Object.fromEntries(
      Object.entries(options).filter(
        (entry): entry is [string, string | number | boolean] => typeof entry[1] !== 'object',
      ),
    ),
    date: (run.finishedAt ?? run.startedAt).slice(0, 10),
    metrics: report.metrics ?? null,
    chosenThresholds: own.filter(({ labelId }) => chosen.has(labelId)).map(({ name }) => name),
    ...(learnt && { together: await togetherFacts(project, learnt) }),
  };
  const result = await write(project, engine, { source, to, labels, card, learnt, signal });
  return { ...result, withoutLearnt: typeof found === 'string' ? found : null };
}

async function write(
  project: Project,
  engine: Engine,
  {
    source: { dir, trained, classes },
    to,
    signal,
    ...content
  }: Where & {
    readonly source: SuggestingModel;
    readonly labels: readonly CardLabel[];
    readonly card: CardFacts;
    readonly learnt: LearntExport | undefined;
  },
): Promise<ExportResult> {
  await removeLeftovers(dirname(to));
  const model = { dir, ...(trained && { trained }), ...(classes && { classes }) };
  try {
    return await engine.exportModel({ model, to, probeTexts: probeTexts(project), ...content }, signal);
  } catch (error) {
    // An engine that was ended could not clean up behind itself.
    await removeLeftovers(dirname(to));
    throw error;
  }
}

/** The first documents of the project, short enough to read. */
function probeTexts(project: Project): string[] {
  return project.stores.documents
    .page(0, 10 * PROBE_TEXTS)
    .map(({ text }) => text)
    .filter((text) => text.length <= PROBE_CHARACTERS)
    .slice(0, PROBE_TEXTS);
}

const nameOf = (model: string): string => publicName(listedName(model));

/** A hub id as it is; of a folder only its name: exports carry no paths of this machine. */
const publicName = (name: string): string => (/^[\w.-]+\/[\w.-]+$/.test(name) ? name : basename(name));
