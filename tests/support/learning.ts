import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { agreeToModel } from '../../backend/models/agreed.ts';
import type { Project } from '../../backend/project/file.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import { addDocuments, newProject } from './project.ts';
import { temporaryFolder } from './temporary.ts';
import { writeTinyModel } from './tinyModel.ts';

const TEXTS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const YES = [['shipping'], ['price'], [], ['shipping', 'price']];

/** A project on the tiny model with annotated documents, an engine, and a home of its own for checkpoints. */
export function annotatedProject(documents = 40): { project: Project; engine: Engine; model: string } {
  const home = temporaryFolder();
  const before = process.env.ENTAIL_HOME;
  process.env.ENTAIL_HOME = join(home, 'home');
  onTestFinished(() => {
    if (before === undefined) delete process.env.ENTAIL_HOME;
    else process.env.ENTAIL_HOME = before;
  });
  const model = join(home, 'model');
  writeTinyModel(model);
  agreeToModel(model);
  const project = newProject();
  project.write(() => project.stores.settings.set('model', model));
  const ids = addDocuments(
    project,
    Array.from({ length: documents }, (_, i) => `${TEXTS[i % 4]}${' .'.repeat(Math.floor(i / 4))}`),
  );
  const labels = project.stores.labels.all();
  annotate(
    project,
    'ada',
    ids.map((id, i) => {
      const yes = labels.filter(({ name }) => YES[i % 4]!.includes(name)).map((l) => l.id);
      return decided(id, { yes, no: labels.map((l) => l.id).filter((l) => !yes.includes(l)) });
    }),
  );
  const engine = createEngine();
  onTestFinished(() => engine.close());
  return { project, engine, model };
}
