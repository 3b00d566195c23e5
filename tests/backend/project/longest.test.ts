import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { readLabelsFile } from '../../../backend/importing/labelsFile.ts';
import { updateLabel } from '../../../backend/labels/changes.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { createProject, openProject, type Project } from '../../../backend/project/file.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A character of three bytes: limits are in characters. */
const WIDE = '字';

async function reopenedAfter(work: (project: Project, folder: string) => unknown): Promise<Project> {
  const folder = temporaryFolder();
  const path = join(folder, 'long.entail');
  const project = createProject(path);
  await work(project, folder);
  project.close();
  expect(checkProject(path).problems).toEqual([]);
  const again = openProject(path);
  onTestFinished(() => again.close());
  expect(again.strange).toEqual([]);
  return again;
}

test('the longest label that is taken is there when the project is opened again', async () => {
  const guidelines = WIDE.repeat(199_999);
  const label = {
    name: WIDE.repeat(200),
    description: WIDE.repeat(20_000),
    hypotheses: Array.from({ length: 20 }, (_, i) => `${String(i).padStart(2, '0')}${WIDE.repeat(1998)}`),
  };
  const project = await reopenedAfter(async (project, folder) => {
    const file = join(folder, 'labels.json');
    writeFileSync(file, JSON.stringify([label]));
    addLabels(project, await readLabelsFile(file));
    updateLabel(project, { id: 1, guidelines: WIDE.repeat(200_000) });
    updateLabel(project, { id: 1, guidelines });
  });
  expect(project.stores.labels.all()).toMatchObject([{ ...label, guidelines }]);
});

test('fields and notes as long as an import takes them are there when the project is opened again', async () => {
  const cells = Array.from({ length: 4 }, () => WIDE.repeat(1_000_000));
  const note = WIDE.repeat(900_000);
  const id = WIDE.repeat(1000);
  const project = await reopenedAfter(async (project, folder) => {
    addLabels(project, [{ name: 'price', hypotheses: [] }]);
    const table = join(folder, `${WIDE.repeat(80)}.csv`);
    writeFileSync(table, `id,text,a,b,c,d\n${id},one,${cells.join(',')}\n`);
    const records = join(folder, 'records.jsonl');
    writeFileSync(
      records,
      JSON.stringify({ entail_id: '2', text: 'two', labels: ['price'], entail_comment: note }),
    );
    const report = await importFiles(project, { files: [table, records], annotator: 'ada' });
    expect(report).toMatchObject({ added: 2, annotated: 1, problems: [] });
  });
  expect(project.stores.documents.get(1)?.externalId).toBe(id);
  const meta = project[DATABASE].prepare('SELECT meta FROM documents WHERE id = 1').pluck().get();
  expect(JSON.parse(String(meta))).toEqual(Object.fromEntries(cells.map((cell, i) => ['abcd'[i], cell])));
  const ada = project.stores.annotations.annotatorId('ada');
  expect(project.stores.annotations.state(2, ada)?.note).toBe(note);
});
