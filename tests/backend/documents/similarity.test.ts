import { expect, test } from 'vitest';
import { nearDuplicates } from '../../../backend/documents/nearDuplicates.ts';
import { similarDocuments } from '../../../backend/documents/similarity.ts';
import type { Project } from '../../../backend/project/file.ts';
import { embedDocuments, embeddingModel } from '../../../backend/suggesting/embedding.ts';
import { createRandom } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';
import { addDocuments, newProject } from '../../support/project.ts';

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
};
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function putVectors(project: Project, name: string, vectors: readonly Float32Array[]): void {
  project.write(() => {
    project.stores.settings.set('embeddings', name);
    for (const [i, vector] of vectors.entries()) project.stores.embeddings.put(i + 1, name, vector);
  });
}

test('similar documents are those of an exact search, also for one that was not embedded yet', async () => {
  const { project, engine } = annotatedProject(40);
  const { name } = await embeddingModel(project);
  await embedDocuments(project, engine, { last: 39 });
  expect(project.stores.embeddings.count(name)).toBe(39);
  const found = await similarDocuments(project, engine, { id: 40, limit: 5 });
  const all = project.stores.embeddings.of([...project.stores.documents.ids()], name);
  const exact = [...all]
    .filter(([id]) => id !== 40)
    .map(([id, vector]) => ({ id, similarity: dot(all.get(40)!, vector) }))
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
  expect(found).toHaveLength(5);
  for (const [i, { id, similarity }] of found.entries()) {
    expect(similarity).toBeCloseTo(exact[i]!.similarity, 5);
    expect(similarity).toBeCloseTo(dot(all.get(40)!, all.get(id)!), 5);
  }
  await expect(similarDocuments(project, engine, { id: 99, limit: 5 })).rejects.toMatchObject({
    code: 'document_missing',
  });
});

test('near duplicates are found among many documents, and nothing below the threshold is reported', async () => {
  const random = createRandom(3);
  const project = newProject();
  const vectors: Float32Array[] = [];
  for (let i = 0; i < 3000; i++) {
    const before = i % 30 === 29 ? vectors[i - 1]! : undefined;
    vectors.push(
      unit(
        Float32Array.from(
          { length: 96 },
          (_, k) => (before ? before[k]! : 1) + random.normal() * (before ? 0.01 : 1),
        ),
      ),
    );
  }
  addDocuments(
    project,
    vectors.map((_, i) => `text ${i}`),
  );
  putVectors(project, 'test', vectors);
  const found = await nearDuplicates(project, { threshold: 0.95 });
  const pairs = found.map(({ documents }) => documents.join(' '));
  const planted = Array.from({ length: 100 }, (_, i) => `${30 * i + 29} ${30 * i + 30}`);
  expect(pairs.filter((pair) => !planted.includes(pair))).toEqual([]);
  expect(pairs.length).toBeGreaterThanOrEqual(97);
  for (const { documents, similarity } of found) {
    const [a, b] = documents.map((id) => vectors[id - 1]!);
    expect(similarity).toBeCloseTo(dot(a!, b!), 4);
    expect(similarity).toBeGreaterThanOrEqual(0.95);
  }
});

test('thousands of equal documents are one group; without embeddings there is nothing to compare', async () => {
  const project = newProject();
  await expect(nearDuplicates(project, { threshold: 0.95 })).rejects.toMatchObject({ code: 'no_embeddings' });
  const same = unit(Float32Array.from({ length: 16 }, (_, i) => i - 5));
  addDocuments(
    project,
    Array.from({ length: 2000 }, () => 'the same'),
  );
  putVectors(
    project,
    'test',
    Array.from({ length: 2000 }, () => same),
  );
  const found = await nearDuplicates(project, { threshold: 0.95 });
  expect(found).toHaveLength(1);
  expect(found[0]!.documents).toHaveLength(2000);
});
