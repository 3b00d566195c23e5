import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { annotate, decided } from '../../backend/annotating/annotating.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { agreeToModel } from '../../backend/models/agreed.ts';
import { DATABASE } from '../../backend/project/database.ts';
import { createProject, openProject } from '../../backend/project/file.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const TEXTS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const YES = [['shipping'], ['price'], [], ['shipping', 'price']];

export interface SmallProject {
  readonly documents: number;
  readonly annotated: number;
  /** The tiny one is done with before threads would have started; the embedded one is worked on in threads. */
  readonly model: 'tiny' | 'embedded';
}

/** Writes a project into `home`, the first `annotated` of its documents decided. Its path. */
export function writeSmallProject(home: string, { documents, annotated, model }: SmallProject): string {
  mkdirSync(home, { recursive: true });
  const tiny = join(home, 'model');
  if (model === 'tiny') writeTinyModel(tiny);
  const path = join(home, 'Small.entail');
  const project = createProject(path);
  addLabels(
    project,
    ['shipping', 'price'].map((name) => ({ name, hypotheses: [`this is about ${name} .`] })),
  );
  const ids = project.write(() => {
    if (model === 'tiny') agreeToModel(tiny, home);
    if (model === 'tiny') project.stores.settings.set('model', tiny);
    return Array.from({ length: documents }, (_, i) =>
      project.stores.documents.add(
        {
          externalId: `d${i}`,
          text: `${TEXTS[i % 4]}${' .'.repeat(Math.floor(i / 4) % 30)} ${i}`,
          meta: new Map(),
          split: null,
          source: 'test',
        },
        '',
      ),
    );
  });
  const labels = project.stores.labels.all();
  annotate(
    project,
    'ada',
    ids.slice(0, annotated).map((id, i) => {
      const yes = labels.filter(({ name }) => YES[i % 4]!.includes(name)).map((label) => label.id);
      return decided(id, { yes, no: labels.map(({ id }) => id).filter((label) => !yes.includes(label)) });
    }),
  );
  project.close();
  return path;
}

/** How many decisions the file has, read when nobody has it open. */
export function countDecisions(path: string): number {
  const project = openProject(path);
  try {
    return project[DATABASE].prepare('SELECT count(*) FROM current_decisions').pluck().get() as number;
  } finally {
    project.close();
  }
}
