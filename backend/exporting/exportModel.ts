import { basename, dirname } from 'node:path';
import type { Engine, ExportResult } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { removeLeftovers } from '../files/atomic.ts';
import type { Project } from '../project/file.ts';
import { runModel } from '../suggesting/suggestingModel.ts';

const PROBE_TEXTS = 20;
const PROBE_CHARACTERS = 2000;

/**
 * Exports a run's model as a folder that other tools load; the folder appears only after a fresh process has loaded
 * it and reproduced the scores in its probe. Throws `run_missing`, `run_unfinished`, `base_model_changed`,
 * `target_exists` `export_differs` or `cancelled`.
 */
export async function exportRun(
  project: Project,
  engine: Engine,
  { run: id, to, signal }: { run: number; to: string; signal?: AbortSignal | undefined },
): Promise<ExportResult> {
  const source = await runModel(project, id);
  const { runs } = project.stores;
  const run = mustGet(runs, id, 'run');
  const { report, options } = run;
  const chosen = runs.thresholds(id);
  const labels = runs.labels(id);
  await removeLeftovers(dirname(to));
  const request = {
    model: source,
    to,
    labels: labels.map(({ labelId, name, hypotheses, threshold }) => ({
      name,
      hypotheses,
      threshold: chosen.get(labelId) ?? threshold,
    })),
    probeTexts: probeTexts(project),
    card: {
      name: basename(to),
      baseModel: run.model === 'default' ? 'Entail MiniLM-L6' : publicName(run.model),
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
      chosenThresholds: labels.filter(({ labelId }) => chosen.has(labelId)).map(({ name }) => name),
    },
  };
  try {
    return await engine.exportModel(request, signal);
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

/** A hub id as it is; of a folder only its name: exports carry no paths of this machine. */
const publicName = (name: string): string => (/^[\w.-]+\/[\w.-]+$/.test(name) ? name : basename(name));
