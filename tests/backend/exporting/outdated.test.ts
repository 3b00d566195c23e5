import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeData } from '../../../backend/exporting/exportData.ts';
import { updateLabel } from '../../../backend/labels/changes.ts';
import type { Project } from '../../../backend/project/file.ts';
import { APP_PRECISION, scorersFor } from '../../../backend/suggesting/scorers.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** All documents are read by a run for these labels, each with these log-odds. */
function readBy(project: Project, run: number, odds: number, documents: readonly number[]): void {
  const { labels, evidence } = project.stores;
  const source = { kind: 'run', name: String(run), digest: '' } as const;
  project.write(() => {
    for (const scorer of scorersFor(source, labels.all(), APP_PRECISION)) {
      const scorerId = evidence.scorerId(scorer);
      for (const id of documents)
        evidence.put(id, {
          labelId: scorer.labelId,
          scorerId,
          odds: Float32Array.of(odds),
          cosine: null,
          passage: null,
        });
    }
  });
}

function withRuns(): { project: Project; ids: readonly number[] } {
  const project = newProject();
  const ids = addDocuments(project, ['one', 'two', 'three']);
  const { runs, settings } = project.stores;
  project.write(() => {
    for (let i = 0; i < 2; i++)
      runs.add({
        model: 'm',
        modelDigest: 'd',
        options: {},
        revisionId: 0,
        startedAt: '2026-01-01T00:00:00.000Z',
      });
    settings.set('activeRun', 1);
  });
  readBy(project, 1, 2, ids);
  return { project, ids };
}

async function results(project: Project) {
  const to = join(temporaryFolder(), 'a.jsonl');
  const { outdated } = await writeData(project, { format: 'results-jsonl', to, onlyDone: false });
  const rows = readFileSync(to, 'utf8').trim().split('\n');
  const [label] = project.stores.labels.all();
  return {
    outdated,
    rows: rows.map((row) => {
      const cells = JSON.parse(row) as Record<string, unknown>;
      return { model: cells.model, probability: cells[`${label!.name}: probability`] };
    }),
  };
}

test('results have the word of what suggests now alone, and tell how many documents wait for it', async () => {
  const { project, ids } = withRuns();
  const before = { model: 'run 1', probability: expect.closeTo(0.8808, 3) };
  expect(await results(project)).toEqual({ outdated: 0, rows: [before, before, before] });

  project.write(() => project.stores.settings.set('activeRun', 2));
  const none = { model: null, probability: null };
  expect(await results(project)).toEqual({ outdated: 3, rows: [none, none, none] });

  readBy(project, 2, -2, ids.slice(0, 1));
  const after = { model: 'run 2', probability: expect.closeTo(0.1192, 3) };
  expect(await results(project)).toEqual({ outdated: 2, rows: [after, none, none] });

  readBy(project, 2, -2, ids);
  expect(await results(project)).toEqual({ outdated: 0, rows: [after, after, after] });
});

test('what was said of another sentence is left out, of that label alone', async () => {
  const { project } = withRuns();
  const [first, second] = project.stores.labels.all();
  updateLabel(project, { id: first!.id, hypotheses: ['This is about something else.'] });
  const to = join(temporaryFolder(), 'a.jsonl');
  const { outdated } = await writeData(project, { format: 'results-jsonl', to, onlyDone: false });
  const [row] = readFileSync(to, 'utf8').split('\n');
  expect(outdated).toBe(3);
  expect(JSON.parse(row!)).toMatchObject({
    [`${first!.name}: probability`]: null,
    [`${second!.name}: probability`]: expect.closeTo(0.8808, 3),
  });
});
