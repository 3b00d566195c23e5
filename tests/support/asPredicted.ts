import { expect } from 'vitest';
import type { Project } from '../../backend/project/file.ts';
import { embedDocuments } from '../../backend/suggesting/embedding.ts';
import { withProbabilities } from '../../backend/suggesting/fusing.ts';
import { learnerOf } from '../../backend/suggesting/learning/learner.ts';
import { learntReading } from '../../backend/suggesting/learning/learntReading.ts';
import { projectPriors } from '../../backend/suggesting/priors.ts';
import { APP_PRECISION } from '../../backend/suggesting/scorers.ts';
import { suggest } from '../../backend/suggesting/suggesting.ts';
import { suggestingModel } from '../../backend/suggesting/suggestingModel.ts';
import { suggestionTable } from '../../backend/suggesting/suggestionTable.ts';
import type { Engine } from '../../engine/index.ts';

const compute = { device: 'cpu', precision: APP_PRECISION } as const;
/** Embeddings of documents are kept as 8-bit numbers, those of other texts are not rounded. */
const ROUNDED = 0.02;

/** Everything is read, embedded and learnt, as the app does in the background. */
export async function allFollowed(project: Project, engine: Engine): Promise<void> {
  await suggest(project, engine, compute);
  await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER });
  await learnerOf(project).follow({ whole: true });
}

/** What is suggested for each document is what its text would be predicted, with what was learnt. Returns the suggestions. */
export async function expectAsPredicted(
  project: Project,
  engine: Engine,
): Promise<ReadonlyMap<number, Float32Array>> {
  const { documents, labels: store } = project.stores;
  const table = suggestionTable(project);
  expect(table.size).toBe(documents.count());
  const labels = store.all();
  const source = await suggestingModel(project);
  const learnt = await learntReading(project);
  const priors = source.fusion && (await projectPriors(project, engine, source, { labels, ...compute }));
  const texts = [...table.keys()].flatMap((id) => documents.get(id)?.text ?? []);
  const spec = { ...source, ...compute, labels, learnt, priors, texts: async () => texts };
  const rows = await withProbabilities(engine, spec, (score) => score(texts));
  const apart = [...table.values()].map((row, i) =>
    Math.max(...row.map((p, label) => Math.abs(p - (rows[i]?.probabilities[label] ?? Number.NaN)))),
  );
  // NaN is as far apart as can be.
  expect(apart.filter((difference) => !(difference < ROUNDED))).toEqual([]);
  return table;
}
