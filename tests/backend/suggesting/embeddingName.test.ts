import { expect, test } from 'vitest';
import { similarDocuments } from '../../../backend/documents/similarity.ts';
import { modelDigest } from '../../../backend/models/digest.ts';
import type { Project } from '../../../backend/project/file.ts';
import { countUnembedded, embedDocuments, embeddingModel } from '../../../backend/suggesting/embedding.ts';
import { staleSuggestions } from '../../../backend/suggesting/staleness.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import type { Engine } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';

/** As a version wrote it that read the beginning of texts: all is suggested, and embeddings have the model's name alone. */
async function ofBefore(): Promise<{ project: Project; engine: Engine; digest: string }> {
  const { project, engine, model } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const digest = await modelDigest(model);
  project.derive(() => {
    const { settings, embeddings, documents } = project.stores;
    settings.set('embeddings', digest);
    for (const id of documents.ids()) embeddings.put(id, digest, Float32Array.of(1, 0));
  });
  return { project, engine, digest };
}

test('embeddings of a version that read the beginning of texts are read anew, all of them', async () => {
  const { project, engine } = await ofBefore();
  expect(await countUnembedded(project)).toBe(40);
  expect(await staleSuggestions(project)).toEqual({ done: 0, total: 40 });
  await embedDocuments(project, engine, { last: 10 });
  // Ended half way, it is not taken for done.
  expect(await staleSuggestions(project)).toEqual({ done: 10, total: 40 });
  await embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER });
  expect(await staleSuggestions(project)).toEqual({ done: 40, total: 40 });
  const { name } = await embeddingModel(project);
  expect(project.stores.embeddings.count(name)).toBe(40);
});

test('one look for similar documents does not leave what all others are kept under', async () => {
  const { project, engine, digest } = await ofBefore();
  await expect(similarDocuments(project, engine, { id: 1, limit: 5 })).rejects.toMatchObject({
    code: 'not_embedded_yet',
  });
  expect(project.stores.settings.get('embeddings')).toBe(digest);
  expect(project.stores.embeddings.count(digest)).toBe(40);
});

test('embeddings of another model, or none, hold nothing up', async () => {
  const { project } = await ofBefore();
  project.derive(() => project.stores.settings.set('embeddings', 'another'));
  expect(await countUnembedded(project)).toBe(0);
  project.derive(() => project.stores.settings.set('embeddings', ''));
  expect(await countUnembedded(project)).toBe(0);
});
