import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { ImportEvent } from '../../../contract/index.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

beforeEach(() => {
  const dir = join(temporaryFolder(), 'tiny');
  writeTinyModel(dir);
  process.env.ENTAIL_DEFAULT_MODEL = dir;
  process.env.ENTAIL_HOME = temporaryFolder();
});

const CSV = `name,review,topics
a1,the parcel came late,shipping
a2,the price is high,price
a3,nice colour,
a4,the parcel came late and the price is high,shipping|price
a2,the price is high,price
a5,,price
`;

async function all<T>(stream: Promise<AsyncIterable<T>>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of await stream) events.push(event);
  return events;
}

test('new project, import, labels, suggestions, annotate, train, evaluate, export, open again: through the contract alone', async () => {
  const backend = await newBackend();
  const api = clientOf(backend);
  expect(await api.app.state()).toMatchObject({ host: 'web', project: null });
  await expect(api.labels.list()).rejects.toThrow('No project is open.');
  expect(await api.projects.create({ name: 'My reviews' })).toEqual({ project: 'My reviews' });

  const file = await api.imports.begin({ name: 'reviews.csv', bytes: Buffer.byteLength(CSV) });
  const half = CSV.slice(0, 50);
  expect(
    await api.imports.append({ token: file.token, offset: 0, chunk: new File([half], 'chunk') }),
  ).toEqual({ received: 50 });
  await expect(
    api.imports.append({ token: file.token, offset: 10, chunk: new File([half], 'chunk') }),
  ).rejects.toThrow('did not come in order');
  await expect(api.imports.preview({ token: file.token, reading: {} })).rejects.toThrow('only 50 of');
  await api.imports.append({ token: file.token, offset: 50, chunk: new File([CSV.slice(50)], 'chunk') });
  const recognised = await api.imports.preview({ token: file.token, reading: {} });
  expect(recognised.columns.map(({ name, role }) => [name, role])).toEqual([
    ['name', 'meta'],
    ['review', 'text'],
    ['topics', 'labels'],
  ]);
  const reading = {
    columns: [
      { column: 'review', role: 'text' as const },
      { column: 'name', role: 'id' as const },
      { column: 'topics', role: 'labels' as const },
    ],
  };
  const preview = await api.imports.preview({ token: file.token, reading });
  expect(preview.rows[3]).toEqual({
    id: 'a4',
    text: 'the parcel came late and the price is high',
    labels: ['shipping', 'price'],
  });
  const census = await api.imports.census({ tokens: [file.token], reading, annotator: 'ada' });
  expect(census).toMatchObject({ documents: 5, fresh: 4, duplicate: 1, problems: 1 });
  expect(census.firstProblems[0]?.message).toContain('reviews.csv, line 7');
  const events: ImportEvent[] = await all(
    api.imports.run({ tokens: [file.token], reading, annotator: 'ada', absent: 'no', conflicts: 'mine' }),
  );
  expect(events.at(-1)).toMatchObject({ kind: 'done', added: 4, known: 1, newLabels: ['shipping', 'price'] });

  const progress = await all(api.suggestions.refresh());
  expect(progress.at(-1)).toEqual({ done: 4, total: 4 });
  expect(await api.suggestions.stale()).toEqual({ done: 4, total: 4, running: false });
  const [shipping] = await api.labels.list();
  await api.annotations.decide({
    annotator: 'ada',
    documentIds: [3],
    values: [{ labelId: shipping!.id, value: 'yes' }],
    status: 'done',
  });
  expect(await api.annotations.history({ id: 3 })).toHaveLength(1);
  expect(await api.project.summary({ annotator: 'ada' })).toMatchObject({ documents: 4, done: 4 });

  const settings = { method: 'lora', epochs: 2, seed: 1 } as const;
  expect(await api.training.plan(settings)).toMatchObject({ documents: 4, obstacle: null, seconds: null });
  await api.training.start(settings);
  await expect(api.training.start(settings)).rejects.toThrow('under way already');
  const [one, two] = await Promise.all([all(api.training.watch()), all(api.training.watch())]);
  expect(one.map(({ kind }) => kind)).toEqual(two.map(({ kind }) => kind));
  expect(one[0]).toMatchObject({ kind: 'start', run: 1 });
  expect(one.at(-1)).toEqual({ kind: 'done', run: 1 });
  expect(await all(api.training.watch())).toEqual([]);
  expect((await api.training.plan(settings)).seconds).toBeGreaterThan(0);
  expect((await api.training.runs())[0]).toMatchObject({ active: true, status: 'done' });
  await all(api.suggestions.refresh());

  await api.training.activate({ run: 0 });
  await all(api.suggestions.refresh());
  const evaluation = await api.evaluation.get();
  expect(evaluation).toMatchObject({ on: 'all annotated', documents: 4 });
  expect(await api.evaluation.setThreshold({ labelId: shipping!.id, threshold: 0.9 })).toEqual({
    threshold: 0.9,
  });
  const card = await api.annotations.get({ annotator: 'ada', id: 1 });
  expect(card.labels[0]!.threshold).toBeCloseTo(0.9);

  expect((await api.exports.formats()).map(({ name }) => name)).toContain('csv');
  const data = await api.exports.data({ format: 'jsonl', onlyDone: true });
  expect(data).toMatchObject({ files: [{}], leftOut: 0 });
  const model = (await all(api.exports.model({ run: 1 }))).at(-1)!;
  expect(model.kind).toBe('done');
  if (model.kind === 'done') {
    const { token, files } = model.exported;
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['labels.json', 'onnx/model.onnx']));
    const { files: paths } = backend.session.workspace.opened().exported.take(token);
    expect(files.map(({ name }) => ({ name, bytes: statSync(paths.get(name)!).size }))).toEqual(files);
    expect(model.snippets.python).toContain('AutoModelForSequenceClassification');
    expect(model.snippets.javascript).toContain('@huggingface/transformers');
  }
  await expect(api.exports.show({ token: data!.token })).rejects.toThrow('browser');
  const written = join(backend.session.home, 'exports', data!.files[0]!.name);
  expect(readFileSync(written, 'utf8').trim().split('\n')).toHaveLength(4);

  expect(await api.projects.close()).toEqual({ project: null });
  const [recent] = await api.projects.recent();
  expect(recent).toMatchObject({ name: 'My reviews', present: true });
  expect(await api.projects.open({ token: recent!.token })).toEqual({ project: 'My reviews' });
  expect((await api.annotations.get({ annotator: 'ada', id: 3 })).status).toBe('done');
});

test('a project is called what was typed, whatever its file can be called', async () => {
  const backend = await newBackend();
  const api = clientOf(backend);
  for (const name of ['Ä/Ö', 'CON', 'What? “Yes”: 1*', 'plain'])
    expect(await api.projects.create({ name })).toEqual({ project: name });
  expect(readdirSync(join(backend.session.home, 'projects'))).toContain('Ä_Ö.entail');
  const recent = await api.projects.recent();
  expect(recent.map(({ name }) => name).sort()).toEqual(['CON', 'plain', 'What? “Yes”: 1*', 'Ä/Ö'].sort());
});

test('the sample project opens with reviews and labels, and opens again as it was left', async () => {
  const api = clientOf(await newBackend());
  expect(await api.projects.sample()).toEqual({ project: 'Sample reviews' });
  const [label] = await api.labels.list();
  const page = await api.documents.page({
    annotator: 'ada',
    filter: { search: '', status: 'all' },
    sort: 'order',
    offset: 0,
    limit: 5,
  });
  expect(page.total).toBe(267);
  await api.annotations.decide({
    annotator: 'ada',
    documentIds: [1],
    values: [{ labelId: label!.id, value: 'yes' }],
  });
  await api.projects.close();
  await api.projects.sample();
  expect((await api.annotations.get({ annotator: 'ada', id: 1 })).labels[0]!.value).toBe('yes');
});
