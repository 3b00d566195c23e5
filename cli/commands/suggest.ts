import { Command } from 'commander';
import { wholeName } from '../../backend/models/resolve.ts';
import { nameOf } from '../../backend/project/documentName.ts';
import type { Project } from '../../backend/project/file.ts';
import { embedDocuments, embedTuned } from '../../backend/suggesting/embedding.ts';
import type { Reading } from '../../backend/suggesting/fusing.ts';
import { foreignInProject } from '../../backend/suggesting/languages/ofProject.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { lastDocument, suggest } from '../../backend/suggesting/suggesting.ts';
import { suggestionTable } from '../../backend/suggesting/suggestionTable.ts';
import { thresholdsOf } from '../../backend/suggesting/thresholds.ts';
import { readUntrained } from '../../backend/suggesting/untrained.ts';
import { type Device, predicted } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { type Context, deviceFor, notice, precisionOf, withEngine, withProject } from '../context.ts';
import { foreignInWords } from '../foreignInWords.ts';
import { many } from '../many.ts';
import { wholeNumber, withClasses, withDevice, withJson, withLabelReading } from '../options.ts';
import { print } from '../output.ts';
import { withProgress } from '../progress.ts';

interface Options {
  model?: string;
  reading?: Reading;
  limit?: number;
  device: string;
  precision: string;
  json?: boolean;
}

export function suggestCommand(): Command {
  const command = new Command('suggest')
    .description('score documents with labels and store the suggestions')
    .argument('<project>')
    .option(
      '--model <model>',
      'folder, hub id or "default"; else the run that suggests now, else the project\'s model',
      wholeName,
    )
    .option('--limit <n>', 'only the first n documents', wholeNumber(1));
  return withJson(withDevice(withClasses(withLabelReading(command)))).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  await withProject(path, async (project) => {
    const started = performance.now();
    // What is damaged is found by reading it, and then is stale.
    project.stores.evidence.columns.readAll();
    const scored = await withEngine(async ({ engine, signal }) => {
      const ids = await withProgress('Suggesting', async (progress) =>
        suggest(project, engine, {
          model: options.model,
          reading: options.reading,
          limit: options.limit,
          device: (await deviceFor(engine, options, 'suggesting')).device,
          onNotice: notice,
          precision: precisionOf(options),
          signal,
          onProgress: progress.update,
        }),
      );
      const last = lastDocument(project, options.limit);
      await withProgress('Reading what documents are like', ({ update }) =>
        embedDocuments(project, engine, { last, signal, onProgress: update }),
      );
      if (options.model === undefined) await readForHeads(project, { engine, signal }, options);
      return ids;
    });
    const foreign = await foreignInProject(project, options.model);
    if (foreign) notice(foreignInWords(foreign));
    await learnerOf(project).follow({ whole: true });
    const seconds = (performance.now() - started) / 1000;
    const rows = options.json ? suggestionRows(project, options.limit) : [];
    print(
      options.json,
      { scored: scored.length, seconds, rows },
      () => `${many(scored.length, 'document')} scored in ${seconds.toFixed(1)} s.`,
    );
  });
}

/** What decisions taught rests on what the model said before a training, and on embeddings that this tuned. */
async function readForHeads(project: Project, { engine, signal }: Context, options: Options): Promise<void> {
  const { device } = await engine.devices.choose(options.device as Device | 'auto', 'suggesting');
  const ids = [...project.stores.documents.ids()].slice(0, options.limit);
  await withProgress('Reading as before the training', ({ update }) =>
    readUntrained(project, engine, ids, { device, signal, onProgress: update }),
  );
  if (options.limit !== undefined) return;
  await withProgress('Reading what documents are like, as the training learnt it', ({ update }) =>
    embedTuned(project, engine, { signal, onProgress: update }),
  );
}

/** What is suggested now, in project order. */
function suggestionRows(project: Project, limit = Number.POSITIVE_INFINITY) {
  const labels = project.stores.labels.all();
  const thresholds = thresholdsOf(project);
  return [...suggestionTable(project)].slice(0, limit).map(([id, probabilities]) => {
    const document = mustGet(project.stores.documents, id, 'document');
    return {
      id: nameOf(document),
      text: document.text,
      scores: Object.fromEntries(labels.map(({ name }, i) => [name, probabilities[i]!])),
      labels: labels.filter((_, i) => predicted(probabilities[i]!, thresholds[i]!)).map(({ name }) => name),
    };
  });
}
