import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotate } from '../../../../backend/annotating/annotating.ts';
import { importFiles } from '../../../../backend/importing/importing.ts';
import { addLabels } from '../../../../backend/labels/labels.ts';
import { EMBEDDED_MODEL } from '../../../../backend/models/embedded.ts';
import { addFolder } from '../../../../backend/models/folders.ts';
import { createProject, type Project } from '../../../../backend/project/file.ts';
import { embedDocuments } from '../../../../backend/suggesting/embedding.ts';
import { APP_PRECISION } from '../../../../backend/suggesting/scorers.ts';
import { suggest } from '../../../../backend/suggesting/suggesting.ts';
import { createEngine } from '../../../../engine/index.ts';
import { all, each } from './strings.ts';

export const LABELS = each('label');
export const TEXTS = each('text').map((text, i) => `${text} document ${i}`);
export const NOTES = each('note');
export const FIELDS = each('field');
export const VALUES = each('value');
export const PEOPLE = [all('ada'), all('bob')] as const;
export const DESCRIPTION = all('description');
export const GUIDELINES = all('guidelines');
export const SENTENCE = all('sentence');
export const RUNS = [all('run'), all('failed')] as const;
export const FAILURE = all('failure');
export const RUN_LABEL = all('runlabel');
export const FILE = `${all('source')}.jsonl`;
export const ID = all('id');
export const PROJECT = all('project');
export const MODEL = all('model');
/** What a second project names as its model. */
export const FOREIGN_MODEL = all('foreign');

const AT = '2026-01-01T00:00:00.000Z';
const scores = { precision: 0.5, recall: 0.5, f1: 0.5 };

/** Every string that a project can hold is hostile; two people annotated it, a run was trained and one failed. */
export async function hostileProject(home: string): Promise<string> {
  const model = join(home, MODEL);
  cpSync(EMBEDDED_MODEL, model, { recursive: true });
  const engine = createEngine();
  await addFolder(model, engine);
  const project = createProject(join(home, `${PROJECT}.entail`));
  project.write(() => project.stores.settings.set('model', model));
  addLabels(
    project,
    LABELS.map((name) => ({
      name,
      hypotheses: [`${SENTENCE} ${name}`],
      description: DESCRIPTION,
      guidelines: GUIDELINES,
    })),
  );
  const file = join(home, FILE);
  const rows = TEXTS.map((text, i) => ({
    id: i === 0 ? ID : `${i}`,
    text,
    meta: { [FIELDS[i]!]: VALUES[i]!, shared: VALUES[(i + 1) % VALUES.length]! },
  }));
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  await importFiles(project, { files: [file], annotator: PEOPLE[0] });
  decide(project);
  runs(project, model);
  await suggest(project, engine, { device: 'cpu', precision: APP_PRECISION });
  await embedDocuments(project, engine, { last: TEXTS.length });
  await engine.close();
  project.close();
  return project.path;
}

/** Both decided all but the last two documents, and agree on half of the labels. */
function decide(project: Project): void {
  const labels = project.stores.labels.all();
  for (const [p, person] of PEOPLE.entries())
    annotate(
      project,
      person,
      TEXTS.slice(0, -2).map((_, i) => ({
        documentId: i + 1,
        status: 'done',
        note: NOTES[(i + p) % NOTES.length]!,
        seconds: 5,
        values: new Map(labels.map(({ id }, l) => [id, (l + i + p * (l % 2)) % 2 === 0 ? 'yes' : 'no'])),
      })),
    );
}

function runs(project: Project, model: string): void {
  const { stores } = project;
  const options = { method: 'lora', epochs: 1, seed: 1 };
  const begin = { model, modelDigest: 'none', options, startedAt: AT };
  const metrics = {
    macro: scores,
    micro: scores,
    weighted: scores,
    samples: scores,
    subsetAccuracy: 0.5,
    hammingLoss: 0.5,
    meanAveragePrecision: 0.5,
    labels: [RUN_LABEL, ...LABELS].map((name) => ({
      name,
      ...scores,
      support: 3,
      averagePrecision: 0.5,
      threshold: 0.5,
    })),
  };
  project.write(() => {
    const [done, failed] = RUNS.map((name) => {
      const id = stores.runs.add({ ...begin, revisionId: stores.annotations.lastRevision() });
      stores.runs.rename(id, name);
      stores.runs.setLabels(
        id,
        stores.labels.all().map(({ id: labelId, name, hypotheses }) => ({
          labelId,
          name,
          hypotheses: [...hypotheses],
          threshold: 0.5,
          thresholdFrom: 'default' as const,
        })),
      );
      return id;
    });
    stores.runs.setDocuments(done!, { train: [1, 2, 3], heldOut: [4, 5, 6] });
    stores.runs.saveWeights(done!, new Uint8Array(16));
    const report = { documents: 6, heldOutDocuments: 3, losses: [1, 0.5], evaluations: [], metrics };
    stores.runs.finish(done!, { status: 'done', at: AT, report });
    stores.runs.finish(failed!, { status: 'failed', at: AT, report: {}, error: FAILURE });
  });
}

/** A project as somebody sends it: the model that it names is nobody's. */
export function sentProject(home: string): string {
  const project = createProject(join(home, 'sent.entail'));
  project.write(() => project.stores.settings.set('model', FOREIGN_MODEL));
  project.close();
  return project.path;
}
