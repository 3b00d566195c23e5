import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import type { Project } from '../../../backend/project/file.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function csv(count: number): string {
  const path = join(temporaryFolder(), 'rows.csv');
  const rows = Array.from(
    { length: count },
    (_, i) => `r${i},"text number ${i}, ${'with some words '.repeat(10)}",${i % 2}`,
  );
  writeFileSync(path, `id,text,late\n${rows.join('\n')}\n`);
  return path;
}

const read = (project: Project, file: string, more: { signal?: AbortSignal; onProgress?: () => void } = {}) =>
  importFiles(project, { files: [file], absent: 'no', annotator: 'import', ...more });

test('24: an import that is cancelled stops within a second and keeps whole batches; the rest can be added', async () => {
  const project = newProject();
  const file = csv(20_000);
  const stop = new AbortController();
  let asked = 0;
  const onProgress = () => {
    if (asked > 0 || project.stores.documents.count() < 5000) return;
    asked = performance.now();
    stop.abort();
  };
  await expect(read(project, file, { signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(performance.now() - asked).toBeLessThan(1000);
  const kept = project.stores.documents.count();
  expect(kept % 1000).toBe(0);
  expect(kept).toBeLessThan(20_000);
  expect(await read(project, file)).toMatchObject({ added: 20_000 - kept, known: kept });
});

test('25: a disk that fills up is named, the batch is not kept, and the project can be written when there is room', async () => {
  const project = newProject();
  const file = csv(6000);
  const pages = project[DATABASE].pragma('page_count', { simple: true }) as number;
  for (const more of [5, 60, 300, 700]) {
    project[DATABASE].pragma(`max_page_count = ${pages + more}`);
    await expect(read(project, file)).rejects.toMatchObject({ code: 'disk_full' });
    expect(project.stores.documents.count() % 1000).toBe(0);
  }
  project[DATABASE].pragma('max_page_count = 1000000');
  await read(project, file);
  expect(project.stores.documents.count()).toBe(6000);
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

// A batch of more than the log may hold was folded in the middle of its transaction, and refused as open elsewhere.
test('documents of 300 kB, 18 MB in all, are imported with their answers', async () => {
  const project = newProject();
  const path = join(temporaryFolder(), 'large.jsonl');
  const rows = Array.from({ length: 60 }, (_, i) => ({
    text: `${i} ${'x'.repeat(300_000)}`,
    labels: ['late'],
  }));
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  expect(await read(project, path)).toMatchObject({ added: 60, annotated: 60, problems: [] });
  project.close();
  expect(checkProject(project.path)).toMatchObject({ documents: 60, decisions: 180, problems: [] });
});

test('the label of a suggestion is the label of an answer, spaces around it or not', async () => {
  const project = newProject();
  const file = join(temporaryFolder(), 'rows.jsonl');
  const rows = [
    { text: 'a', labels: ['noise'], suggestions: [{ label: ' noise ', score: 0.9 }] },
    { text: 'b', suggestions: [{ label: 'tardy\t', score: 0.8 }] },
  ];
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  expect(await read(project, file)).toMatchObject({ added: 2, newLabels: ['noise', 'tardy'], problems: [] });
  const [noise, tardy] = project.stores.labels.all().slice(-2);
  expect(project.stores.evidence.countOf(noise!.id)).toBe(1);
  expect(project.stores.evidence.countOf(tardy!.id)).toBe(1);
});
