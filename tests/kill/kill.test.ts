import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProject } from '../../backend/project/check.ts';
import { DATABASE } from '../../backend/project/database.ts';
import { openProject } from '../../backend/project/file.ts';
import { createRandom } from '../../engine/index.ts';
import { addDocuments, newProject } from '../support/project.ts';
import { temporaryFolder } from '../support/temporary.ts';

const KILLS = 25;

/** Runs a script, kills it −9 so long after its first line, and returns what it printed. */
function killed(script: string, args: readonly string[], delay: number): Promise<string[]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), delay));
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', () => resolve(text.split('\n').slice(0, -1)));
  });
}

test(`${KILLS} kills while annotating lose nothing that was acknowledged`, async () => {
  const project = newProject(['shipping', 'price', 'quality']);
  addDocuments(
    project,
    Array.from({ length: 50 }, (_, i) => `text ${i}`),
  );
  project.close();
  const random = createRandom(50);
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const lines = await killed('annotator.ts', [project.path, String(kill)], random.integer(60));
    const open = openProject(project.path);
    const { annotations } = open.stores;
    expect(annotations.lastRevision()).toBeGreaterThanOrEqual(Number(lines.at(-1)!.split(' ')[0]));
    const ada = annotations.annotatorId('ada');
    const said = new Map<string, { revision: number; yes: string }>();
    for (const line of lines) {
      const [revision = '', document = '', yes = ''] = line.split(' ');
      said.set(document, { revision: Number(revision), yes });
    }
    for (const [document, { revision, yes }] of said) {
      const kept = open[DATABASE]
        .prepare(
          "SELECT label_id FROM decisions WHERE document_id = ? AND revision_id <= ? AND value = 'yes'",
        )
        .pluck()
        .all(Number(document), revision);
      for (const label of yes.split(',').filter(Boolean)) expect(kept).toContain(Number(label));
      expect(annotations.state(Number(document), ada)?.status).toBe('done');
    }
    acknowledged += lines.length;
    open.close();
    expect(checkProject(project.path).problems).toEqual([]);
  }
  expect(acknowledged).toBeGreaterThan(KILLS);
}, 180_000);

test(`${KILLS} kills while importing leave whole batches, and importing again adds only the rest`, async () => {
  const dir = temporaryFolder();
  const random = createRandom(51);
  const rows = Array.from(
    { length: 20_000 },
    (_, i) => `r${i},"text number ${i}, with a comma",${i % 3 === 0 ? 1 : 0}`,
  );
  const file = join(dir, 'rows.csv');
  writeFileSync(file, `id,text,late\n${rows.join('\n')}\n`);
  let interrupted = 0;
  let project = newProject(['price']);
  project.close();
  for (let kill = 0; kill < KILLS; kill++) {
    const lines = await killed('importer.ts', [project.path, file], random.integer(700));
    const open = openProject(project.path);
    const count = open.stores.documents.count();
    open.close();
    expect(count % 1000).toBe(0);
    expect(count).toBeGreaterThanOrEqual(Number(lines.at(-1)) || 0);
    expect(checkProject(project.path).problems).toEqual([]);
    if (count < rows.length) interrupted += 1;
    else {
      project = newProject(['price']);
      project.close();
    }
  }
  expect(interrupted).toBeGreaterThan(3);
  await killed('importer.ts', [project.path, file], 60_000);
  const open = openProject(project.path);
  expect(open.stores.documents.count()).toBe(rows.length);
  open.close();
}, 240_000);
