import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { CURRENT_VERSION, versionOf } from '../../../backend/project/store/migrations.ts';
import { suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { createEngine } from '../../../engine/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const FOLDER = join(import.meta.dirname, 'versions');
const fileOf = () => {
  const path = join(temporaryFolder(), 'kept.entail');
  writeFileSync(path, gunzipSync(readFileSync(join(FOLDER, '1.entail.gz'))));
  return path;
};

/**
 * Made by version 0.1.0 from the sample reviews: 60 documents, 6 labels, 24 documents annotated, a run of three steps,
 * suggestions of the embedded model in float32.
 */
test('a project of version 1 opens with all that was decided, and suggests what it suggested', async () => {
  const path = fileOf();
  const project = openProject(path, { backUp: false });
  expect(versionOf(project[DATABASE])).toBe(CURRENT_VERSION);
  const { documents, labels, settled, runs } = project.stores;
  expect(documents.count()).toBe(60);
  expect(labels.all()).toHaveLength(6);
  expect([...settled.answers()]).toHaveLength(144);
  expect(runs.all()).toMatchObject([{ id: 1, status: 'done' }]);
  expect(runs.weights(1)?.byteLength).toBeGreaterThan(100_000);
  expect(runs.labels(1)).toHaveLength(6);

  const before = z
    .record(z.string(), z.array(z.number()))
    .parse(JSON.parse(readFileSync(join(FOLDER, '1.suggestions.json'), 'utf8')));
  const engine = createEngine();
  onTestFinished(() => engine.close());
  await suggest(project, engine, { model: 'default', device: 'cpu', precision: 'fp32' });
  let furthest = 0;
  for (const [externalId, probabilities] of Object.entries(before)) {
    const row = suggestionsOf(project).row(documents.byExternalId(externalId)!.id);
    for (const [i, p] of probabilities.entries())
      furthest = Math.max(furthest, Math.abs((row?.[i] ?? Number.NaN) - p));
  }
  // Processors round float32 differently: on three that tried it, by 5e-8 to 5e-7.
  expect(furthest).toBeLessThanOrEqual(1e-6);
  project.close();
});

test('a project of version 1 is checked as what it would become, and stays what it is', () => {
  const path = fileOf();
  const before = readFileSync(path);
  expect(checkProject(path)).toMatchObject({ documents: 60, decisions: 144, problems: [] });
  expect(before.equals(readFileSync(path))).toBe(true);
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = 0');
  db.pragma('ignore_check_constraints = 1');
  db.exec("UPDATE current_decisions SET value = 'perhaps' WHERE document_id = 1 AND label_id = 1");
  db.close();
  const strange =
    'In 1 row of "current_decisions" the field "value" holds what Entail never writes: put aside.';
  expect(checkProject(path).problems).toContain(strange);
  const later = new Database(path, { readonly: true });
  expect(versionOf(later)).toBe(1);
  later.close();
});
