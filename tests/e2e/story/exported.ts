import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openProject } from '../../../backend/project/file.ts';
import { suggestionsFor, suggestionsOf } from '../../../backend/suggesting/reader.ts';
import { expectThat } from './story.ts';

const ENTAIL = join(import.meta.dirname, '..', '..', '..', 'cli', 'entail.js');
/** Both sides choose 8 bits or not by a test of their own, so their scores may differ by what 8 bits cost. */
const TOLERANCE = { mean: 0.02, sameSide: 0.97 } as const;

interface Scored {
  readonly id: string;
  readonly text: string;
  readonly scores: Readonly<Record<string, number>>;
}

/**
 * Whether the model that was exported to somewhere below `folder` gives the scores that the app has stored in the
 * project there. The app has ended: a project has one reader.
 */
export function exportPredicts(folder: string): void {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const project = found.find((name) => basename(name) === 'Shop reviews.entail');
  const labels = found.find(
    (name) => name.endsWith('labels.json') && found.includes(beside(name, 'config.json')),
  );
  expectThat(project !== undefined && labels !== undefined, `there are only ${found.join()}`);
  const stored = storedScores(join(folder, project));
  expectThat(stored.length >= 20, `${stored.length} documents have suggestions of the run`);
  const predicted = predictions(join(folder, dirname(labels)), stored);
  const pairs = stored.flatMap(({ id, scores }) =>
    Object.entries(scores).map(([label, score]) => ({
      score,
      other: predicted.get(id)?.[label] ?? Number.NaN,
    })),
  );
  const mean = pairs.reduce((sum, { score, other }) => sum + Math.abs(score - other), 0) / pairs.length;
  const same = pairs.filter(({ score, other }) => score >= 0.5 === other >= 0.5).length / pairs.length;
  expectThat(
    mean <= TOLERANCE.mean && same >= TOLERANCE.sameSide,
    `mean difference ${mean.toFixed(4)}, ${(100 * same).toFixed(1)} % on the same side of 0.5`,
  );
}

const beside = (name: string, other: string): string => join(dirname(name), other);

/** What the app suggests with its run: documents of which every label has been scored by it. */
function storedScores(path: string): Scored[] {
  const project = openProject(path);
  try {
    const { labels, documents, evidence, settings } = project.stores;
    const names = new Map(labels.all().map(({ id, name }) => [id, name]));
    const run = String(settings.get('activeRun'));
    const all = suggestionsOf(project);
    const byRun = (id: number, label: number) => {
      const scorer = evidence.scorer(all.scorer(id, label));
      return scorer?.kind === 'run' && scorer.name === run;
    };
    return documents.page(0, 1000).flatMap(({ id, text }) => {
      if ([...names.keys()].some((label) => !byRun(id, label))) return [];
      const scores = suggestionsFor(project, id).map(({ labelId, probability }) => [
        names.get(labelId)!,
        probability,
      ]);
      return [{ id: `${id}`, text, scores: Object.fromEntries(scores) }];
    });
  } finally {
    project.close();
  }
}

/** What the exported folder alone predicts, by the command that anyone would use. */
function predictions(model: string, documents: readonly Scored[]): Map<string, Scored['scores']> {
  const [from, to] = [join(model, '..', 'documents.jsonl'), join(model, '..', 'predicted.jsonl')];
  writeFileSync(from, documents.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`).join(''));
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ENTAIL,
      'predict',
      '--model',
      model,
      '--labels',
      join(model, 'labels.json'),
      from,
      '--out',
      to,
      '--overwrite',
    ],
    { encoding: 'utf8' },
  );
  expectThat(status === 0, stderr.slice(-300));
  const rows = readFileSync(to, 'utf8').trim().split('\n');
  return new Map(rows.map((row) => JSON.parse(row) as Scored).map(({ id, scores }) => [id, scores]));
}
