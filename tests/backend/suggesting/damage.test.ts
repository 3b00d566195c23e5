import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { createRefreshJob } from '../../../backend/suggesting/job.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { vectorTable } from '../../../backend/suggesting/vectorTable.ts';
import { zeroShotOf } from '../../../backend/suggesting/zeroShot.ts';
import { annotatedProject } from '../../support/learning.ts';

const DOCUMENTS = 8;
const compute = { device: 'cpu', precision: 'auto' } as const;
let project: Project;
let engine: ReturnType<typeof annotatedProject>['engine'];

beforeEach(async () => {
  ({ project, engine } = annotatedProject(DOCUMENTS));
  for await (const _ of createRefreshJob(project, engine).watch([]));
});

/** Closes the project, flips the lowest bit of a byte of these in its file, and opens it. Returns what checking said. */
function reopenWithFlip(bytes: Uint8Array, at = bytes.length - 1): readonly string[] {
  const { path } = project;
  project.close();
  const file = readFileSync(path);
  const place = file.indexOf(bytes);
  expect(place).toBeGreaterThan(0);
  expect(file.indexOf(bytes, place + 1)).toBe(-1);
  file[place + at] = file[place + at]! ^ 1;
  writeFileSync(path, file);
  const { problems } = checkProject(path);
  project = openProject(path);
  onTestFinished(() => project.close());
  return problems;
}

const value = (sql: string): unknown => project[DATABASE].prepare(sql).pluck().get();
/** As SQLite stores a number that is no whole one (https://www.sqlite.org/fileformat2.html#record_format). */
const stored = (number: unknown): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number as number);
  return bytes;
};
const floats = (bytes: Buffer) => new Float32Array(new Uint8Array(bytes).buffer);
const noticesOf = async () => {
  const notices: string[] = [];
  for await (const { notice } of createRefreshJob(project, engine).watch([]))
    if (notice !== undefined) notices.push(notice);
  return notices;
};
const TOLD =
  "In the project's file 1 result of a model was changed by something other than Entail: not used, and computed again where that is possible.";

test('a bit that flipped in a suggestion: not used, told once, scored anew', async () => {
  const labels = project.stores.labels.all().map(({ id }) => id);
  const before = zeroShotOf(project).probability(3, labels[0]!);
  expect(
    reopenWithFlip(
      stored(value(`SELECT odds FROM evidence WHERE document_id = 3 AND label_id = ${labels[0]}`)),
    ),
  ).toEqual(['1 suggestions were changed by something else.']);
  expect(zeroShotOf(project, [3]).probability(3, labels[0]!)).toBeNaN();
  expect(zeroShotOf(project).probability(4, labels[0]!)).not.toBeNaN();
  const notices: string[] = [];
  expect(await suggest(project, engine, { ...compute, onNotice: (text) => notices.push(text) })).toEqual([3]);
  expect(notices).toEqual([TOLD]);
  expect(zeroShotOf(project).probability(3, labels[0]!)).toBeCloseTo(before, 6);
  project.close();
  expect(checkProject(project.path).problems).toEqual([]);
});

test('a bit that flipped in an embedding: not used, told once, computed anew', async () => {
  const vector = value('SELECT vector FROM embeddings WHERE document_id = 5') as Buffer;
  const name = project.stores.settings.get('embeddings');
  expect(reopenWithFlip(vector, 2)).toEqual(['1 embeddings were changed by something else.']);
  expect([...(await vectorTable(project, name)).ids]).toEqual([1, 2, 3, 4, 6, 7, 8]);
  expect([...project.stores.embeddings.of([4, 5], name).keys()]).toEqual([4]);
  expect(await noticesOf()).toEqual([TOLD]);
  const again = floats(value('SELECT vector FROM embeddings WHERE document_id = 5') as Buffer);
  // Computed with others beside it, the last bits may differ.
  for (const [i, number] of floats(vector).entries()) expect(again[i]).toBeCloseTo(number, 4);
  expect(await noticesOf()).toEqual([]);
});

test('the first embedding may be the damaged one, or the only one', async () => {
  const vector = value('SELECT vector FROM embeddings WHERE document_id = 1') as Buffer;
  const name = project.stores.settings.get('embeddings');
  reopenWithFlip(vector);
  expect((await vectorTable(project, name)).ids).toHaveLength(DOCUMENTS - 1);
  project.write(() => project[DATABASE].exec('DELETE FROM embeddings WHERE document_id > 1'));
  await expect(vectorTable(project, 'other')).rejects.toMatchObject({ code: 'no_embeddings' });
});

test.each([
  ['of NaN', (size: number) => new Float32Array(size).fill(Number.NaN)],
  [
    'with one NaN',
    (size: number) => Float32Array.from({ length: size }, (_, i) => (i === 5 ? Number.NaN : 0.25)),
  ],
  ['with what is infinite', (size: number) => new Float32Array(size).fill(Number.POSITIVE_INFINITY)],
  ['beyond all others', (size: number) => new Float32Array(size).fill(1e38)],
  ['of zeros', (size: number) => new Float32Array(size)],
  ['of another length', () => new Float32Array(3).fill(0.5)],
  ['of nothing', () => new Float32Array(0)],
])('an embedding %s whose sum is right is not used, told once, computed anew', async (_, made) => {
  const { embeddings, settings } = project.stores;
  const name = settings.get('embeddings');
  // The first one, by whose length the others must not be judged.
  const before = embeddings.of([1], name).get(1)!;
  project.derive(() => embeddings.put(1, name, made(before.length)));
  expect([...(await vectorTable(project, name)).ids]).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect([...embeddings.of([1, 2], name).keys()]).toEqual([2]);
  expect(await noticesOf()).toEqual([TOLD]);
  const again = embeddings.of([1], name).get(1)!;
  expect(again).toHaveLength(before.length);
  for (const [i, number] of before.entries()) expect(again[i]).toBeCloseTo(number, 4);
  expect(await noticesOf()).toEqual([]);
});

test('one that was of no use and was written anew since stays', async () => {
  const { embeddings, settings } = project.stores;
  const name = settings.get('embeddings');
  const before = embeddings.of([1], name).get(1)!;
  project.derive(() => embeddings.put(1, name, new Float32Array(before.length)));
  expect(embeddings.of([1], name).size).toBe(0);
  project.derive(() => embeddings.put(1, name, before));
  expect(await noticesOf()).toEqual([]);
  expect(embeddings.of([1], name).get(1)).toEqual(before);
});

test('a bit that flipped in what figures rest on: that document has no score, and it is told', async () => {
  const run = project.stores.runs.add({
    ...{ model: 'default', modelDigest: 'abc', options: {}, revisionId: 1 },
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  const { unseenScores } = project.stores;
  project.write(() => {
    for (const id of [1, 2]) {
      const thresholds = Float32Array.of(0.4, 0.5);
      unseenScores.putBefore(run, id, { probabilities: Float32Array.of(0.1 * id, 0.75), thresholds });
      unseenScores.putHeldOut(run, id, { probabilities: Float32Array.of(0.2 * id, 0.3), thresholds });
    }
  });
  expect(reopenWithFlip(new Uint8Array(Float32Array.of(0.2 * 2, 0.3).buffer), 2)).toEqual([
    '1 scores that figures rest on were changed by something else.',
  ]);
  expect([...project.stores.unseenScores.heldOut(run).keys()]).toEqual([1]);
  expect([...project.stores.unseenScores.before(run).keys()]).toEqual([1]);
  expect(await noticesOf()).toEqual([TOLD]);
  expect(value('SELECT count(*) FROM unseen_scores')).toBe(1);
});

test('weights with a flipped bit are refused, and checking says so', () => {
  const run = project.stores.runs.add({
    ...{ model: 'default', modelDigest: 'abc', options: {}, revisionId: 1 },
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  const weights = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 251);
  project.write(() => project.stores.runs.saveWeights(run, weights));
  expect(project.stores.runs.weights(run)).toEqual(Buffer.from(weights));
  const problems = reopenWithFlip(weights, 150);
  expect(() => project.stores.runs.weights(run)).toThrow(
    expect.objectContaining({ code: 'weights_damaged', message: `The weights of run ${run} are damaged.` }),
  );
  expect(problems).toEqual([`The weights of run ${run} were changed by something else.`]);
});

const WORDS =
  'The words of the label "shipping" were changed by something other than Entail: read its name, description and sentences, and save them.';

test('a bit that flipped in the words of a label is told, until they are saved', () => {
  const [label] = project.stores.labels.all();
  const given = { ...label!, name: 'shipping', hypotheses: ['a text about sending parcels'] };
  project.write(() => project.stores.labels.update(given));
  const path = project.path;
  const flips = [
    { ...given, hypotheses: ['a text about parcels that come late'] },
    { ...given, description: 'whatever is said of couriers' },
    { ...given, guidelines: 'not the price of sending' },
  ];
  for (const words of flips) {
    project.write(() => project.stores.labels.update(words));
    const changed = [words.hypotheses[0]!, words.description, words.guidelines].find(
      (text) => text !== '' && text !== given.hypotheses[0],
    );
    expect(reopenWithFlip(Buffer.from(changed!), 5)).toEqual([WORDS]);
    expect(project.changed).toEqual([WORDS]);
    const [now] = project.stores.labels.all();
    project.write(() => project.stores.labels.update(now!));
    project.close();
    expect(checkProject(path).problems).toEqual([]);
    project = openProject(path);
    expect(project.changed).toEqual([]);
  }
});

const FIGURES =
  'The figures, thresholds or label texts of "run 1" were changed by something other than Entail: don\'t rely on them. Train again, or open a backup.';

test.each([
  ['a threshold of a run', stored(0.7125)],
  ['a threshold that a person set', stored(0.8375)],
  ['what a run was told of a label', Buffer.from('as the run read it')],
  ['a figure of a run', Buffer.from('"pairs":4711')],
])('a bit that flipped in %s is told', (_, bytes) => {
  const { runs } = project.stores;
  const [label] = project.stores.labels.all();
  project.write(() => {
    const id = runs.add({
      model: 'default',
      modelDigest: 'abc',
      options: {},
      revisionId: 1,
      startedAt: '2026-01-01',
    });
    runs.setLabels(id, [
      {
        labelId: label!.id,
        name: label!.name,
        hypotheses: ['as the run read it'],
        threshold: 0.7125,
        thresholdFrom: 'label',
      },
    ]);
    runs.setThreshold(id, label!.id, 0.8375);
    runs.finish(id, { status: 'done', at: '2026-01-01', report: { pairs: 4711 } });
  });
  expect(reopenWithFlip(bytes, bytes.length - 3)).toEqual([FIGURES]);
  expect(project.changed).toEqual([FIGURES]);
});

test('a threshold of the untrained model has a sum too', () => {
  const [label] = project.stores.labels.all();
  project.write(() => project.stores.runs.setThreshold(0, label!.id, 0.8375));
  expect(reopenWithFlip(stored(0.8375), 5)).toEqual([FIGURES.replace('run 1', 'the untrained model')]);
});

test('what was put aside is told when it is, and not as changed at each opening after', () => {
  project.write(() => project[DATABASE].exec("UPDATE labels SET name = '' WHERE id = 1"));
  const { path } = project;
  project.close();
  project = openProject(path);
  onTestFinished(() => project.close());
  expect([project.strange.length, project.changed.length]).toEqual([1, 1]);
  project.close();
  project = openProject(path);
  expect([project.strange, project.changed]).toEqual([[], []]);
});

test('sums that somebody made up are told in one line each, of what is there, and not without end', () => {
  const [label] = project.stores.labels.all();
  const make = (key: string) =>
    project[DATABASE].prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, 1)').run(key);
  project.write(() => {
    project[DATABASE]
      .prepare('UPDATE labels SET name = ? WHERE id = ?')
      .run('a\n\u2028b'.padEnd(150, 'c'), label!.id);
    for (const key of ['sum label 99999', 'sum run 7', 'sum label 1e3', 'sum run -1', 'sum other 1', 'sum '])
      make(key);
  });
  const { path } = project;
  project.close();
  project = openProject(path);
  onTestFinished(() => project.close());
  expect(project.changed).toHaveLength(1);
  expect(project.changed[0]).toMatch(/^The words of the label "a bc+" were changed by something/);
  project.write(() => {
    for (let id = 1; id <= 200; id++) {
      project[DATABASE]
        .prepare(
          "INSERT INTO runs (id, name, status, model, options, revision_id, started_at) VALUES (?, 'x', 'done', 'm', '{}', 1, '')",
        )
        .run(id);
      make(`sum run ${id}`);
    }
  });
  project.close();
  project = openProject(path);
  expect(project.changed).toHaveLength(100);
});
