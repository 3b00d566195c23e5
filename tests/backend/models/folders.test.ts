import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { isAgreed } from '../../../backend/models/agreed.ts';
import { installedModels } from '../../../backend/models/catalogue.ts';
import { modelDigest } from '../../../backend/models/digest.ts';
import { chosenFolders } from '../../../backend/models/folders.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

let folder: string;

beforeEach(() => {
  const root = temporaryFolder();
  process.env.ENTAIL_HOME = join(root, 'home');
  process.env.ENTAIL_DEFAULT_MODEL = join(root, 'default');
  writeTinyModel(process.env.ENTAIL_DEFAULT_MODEL);
  folder = join(root, 'Own model');
  writeTinyModel(folder, 11);
});

/** An app with a project of two documents, whose host gives these folders, one after the other. */
async function opened(...answers: (string | null)[]) {
  const backend = await newBackend({ host: { openModelDialog: async () => answers.shift() ?? null } });
  const project = newProject(['price', 'shipping']);
  addDocuments(project, ['the parcel came late', 'the price is high']);
  project.close();
  await backend.open(project.path);
  return { api: clientOf(backend), backend };
}

async function scored({ api, backend }: Awaited<ReturnType<typeof opened>>) {
  for await (const _ of await api.suggestions.refresh());
  const { project } = backend.session.workspace.opened();
  const page = { filter: { search: '', status: 'all' }, sort: 'order', offset: 0, limit: 2 } as const;
  const { rows } = await api.documents.page({ annotator: 'ada', ...page });
  return { model: project.stores.settings.get('model'), shown: JSON.stringify(rows) };
}

/** Its outputs are LABEL_0 and so on. */
function withoutNames(dir: string): void {
  const path = join(dir, 'config.json');
  const id2label = { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' };
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), id2label }));
}

test('a folder that the person chose is listed, agreed to, used, and suggestions are its own', async () => {
  const app = await opened(null, folder, folder);
  const before = await scored(app);
  expect((await app.api.settings.chooseFolder()).chosen).toBeNull();
  expect(chosenFolders()).toEqual([]);

  const { chosen, models } = await app.api.settings.chooseFolder();
  expect(chosen).toEqual({ name: folder, named: true });
  expect(models).toContainEqual(
    expect.objectContaining({ name: folder, installed: true, folder: true, used: null }),
  );
  expect(isAgreed(folder)).toBe(true);
  const used = await app.api.settings.useModel({ name: folder });
  expect(used.find(({ name }) => name === folder)?.used).toBe('suggesting');
  const after = await scored(app);
  expect(after.model).toBe(folder);
  expect(after.shown).not.toBe(before.shown);
  expect((await app.api.project.foreign()).model).toBeNull();

  await app.api.settings.chooseFolder();
  expect(chosenFolders()).toEqual([folder]);
});

test('what the page names is no folder that nobody chose', async () => {
  const { api } = await opened();
  const classes = { entailment: 1, contradiction: 0 };
  for (const call of [
    () => api.settings.useModel({ name: folder }),
    () => api.settings.modelClasses({ name: folder }),
    () => api.settings.chooseClasses({ name: folder, classes }),
    () => api.settings.removeModel({ name: folder }),
  ])
    await expect(call()).rejects.toMatchObject({ data: { code: 'model_missing' } });
  expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
});

test.each([
  ['an empty folder', (dir: string) => rmSync(dir, { recursive: true }), 'has no model.onnx'],
  ['no tokenizer', (dir: string) => rmSync(join(dir, 'tokenizer.json')), 'has no tokenizer.json'],
  [
    'a text for a graph',
    (dir: string) => writeFileSync(join(dir, 'model.onnx'), 'not a model at all'),
    'looks like text',
  ],
])('%s is refused in one sentence, and nothing is listed or agreed to', async (_, damage, sentence) => {
  damage(folder);
  mkdirSync(folder, { recursive: true });
  const { api } = await opened(folder);
  await expect(api.settings.chooseFolder()).rejects.toThrow(sentence);
  expect([chosenFolders(), isAgreed(folder)]).toEqual([[], false]);
});

test('a folder that went away is said to be gone; put back, it is used again', async () => {
  const app = await opened(folder);
  await app.api.settings.chooseFolder();
  await app.api.settings.useModel({ name: folder });
  const before = await scored(app);
  renameSync(folder, `${folder} away`);
  const entry = (await app.api.settings.models()).find(({ name }) => name === folder);
  expect(entry).toMatchObject({
    installed: false,
    folder: true,
    used: 'suggesting',
    description: 'The folder is not there now.',
  });
  for (const call of [() => app.api.settings.useModel({ name: folder }), () => scored(app)])
    await expect(call()).rejects.toThrow(`The model's folder "${folder}" is not there.`);
  renameSync(`${folder} away`, folder);
  expect(await scored(app)).toEqual(before);
});

test('another model in the same folder, or another tokenizer, makes what was suggested stale', async () => {
  const app = await opened(folder);
  await app.api.settings.chooseFolder();
  await app.api.settings.useModel({ name: folder });
  const first = await scored(app);
  writeTinyModel(folder, 12);
  expect(await app.api.suggestions.stale()).toMatchObject({ done: 0 });
  const second = await scored(app);
  expect(second.shown).not.toBe(first.shown);
  const path = join(folder, 'tokenizer.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"price"', '"prize"'));
  expect(await app.api.suggestions.stale()).toMatchObject({ done: 0 });
  expect((await scored(app)).shown).not.toBe(second.shown);
});

test('outputs without names are asked for, and said otherwise they make suggestions anew', async () => {
  withoutNames(folder);
  const app = await opened(folder);
  expect((await app.api.settings.chooseFolder()).chosen).toEqual({ name: folder, named: false });
  await app.api.settings.chooseClasses({ name: folder, classes: { entailment: 1, contradiction: 0 } });
  const digest = await modelDigest(folder);
  await app.api.settings.useModel({ name: folder });
  const first = await scored(app);
  await app.api.settings.chooseClasses({ name: folder, classes: { entailment: 0, contradiction: 1 } });
  expect(await modelDigest(folder)).not.toBe(digest);
  expect((await scored(app)).shown).not.toBe(first.shown);
});

test('taken off the list, a folder stays as it was', async () => {
  const { api } = await opened(folder);
  await api.settings.chooseFolder();
  const models = await api.settings.removeModel({ name: folder });
  expect(models.some(({ name }) => name === folder)).toBe(false);
  expect((await installedModels()).some(({ id }) => id === folder)).toBe(false);
  expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
});
