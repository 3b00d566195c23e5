import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { addLabels } from '../../backend/labels/labels.ts';
import { createProject, type Project } from '../../backend/project/file.ts';
import { temporaryFolder } from './temporary.ts';

/** A new project with these labels, closed when the test is over. */
export function newProject(labels: readonly string[] = ['shipping', 'price']): Project {
  const project = createProject(join(temporaryFolder(), 'test.entail'));
  onTestFinished(() => project.close());
  addLabels(
    project,
    labels.map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  return project;
}

/** Adds documents with the ids d1, d2, … */
export function addDocuments(project: Project, texts: readonly string[]): number[] {
  const before = project.stores.documents.last();
  return project.write(() =>
    texts.map((text, i) =>
      project.stores.documents.add(
        { externalId: `d${before + i + 1}`, text, meta: new Map(), split: null, source: 'test' },
        '2026-01-01T00:00:00.000Z',
      ),
    ),
  );
}
