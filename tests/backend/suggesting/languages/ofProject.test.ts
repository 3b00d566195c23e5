import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { agreeToModel } from '../../../../backend/models/agreed.ts';
import { RECOMMENDED } from '../../../../backend/models/catalogue.ts';
import {
  foreignInProject,
  keepForLanguages,
  remedyIn,
} from '../../../../backend/suggesting/languages/ofProject.ts';
import { suggestingModel } from '../../../../backend/suggesting/suggestingModel.ts';
import { ENGLISH, GERMAN, writeCard } from '../../../support/languages.ts';
import { addDocuments, newProject } from '../../../support/project.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyModel } from '../../../support/tinyModel.ts';

function withModel(languages: readonly string[]): void {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  writeCard(dir, languages);
  vi.stubEnv('ENTAIL_DEFAULT_MODEL', dir);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test('documents all over a project are looked at, without those that were deleted', async () => {
  withModel(['en']);
  const project = newProject();
  const many = Array.from({ length: 300 }, (_, i) => `${ENGLISH[i % 5]} ${i}`);
  addDocuments(project, many);
  expect(await foreignInProject(project)).toBeNull();
  const german = addDocuments(
    project,
    Array.from({ length: 150 }, (_, i) => `${GERMAN[i % 5]} ${i}`),
  );
  const found = await foreignInProject(project);
  expect(found).toMatchObject({ reads: ['en'], languages: ['de'] });
  expect(found?.share).toBeCloseTo(1 / 3, 1);
  expect(project.stores.documents.starts([german[0]!], 9)).toEqual(['Das Paket']);
});

test('a model that is kept is not pointed out again, and another one is', async () => {
  withModel(['en']);
  const project = newProject();
  addDocuments(project, GERMAN);
  expect(await foreignInProject(project)).not.toBeNull();
  keepForLanguages(project);
  expect(await foreignInProject(project)).toBeNull();
  const other = temporaryFolder();
  writeTinyModel(other);
  writeCard(other, ['en']);
  vi.stubEnv('ENTAIL_HOME', temporaryFolder());
  expect(await foreignInProject(project, other)).toMatchObject({ share: 1 });
  withModel(['de', 'en']);
  project.write(() => project.stores.settings.set('languageKept', ''));
  expect(await foreignInProject(project)).toBeNull();
});

test('of a model that is not here nothing is said', async () => {
  vi.stubEnv('ENTAIL_HOME', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const gone = join(temporaryFolder(), 'gone');
  agreeToModel(gone);
  const project = newProject();
  addDocuments(project, GERMAN);
  project.write(() => project.stores.settings.set('model', gone));
  await expect(suggestingModel(project)).rejects.toMatchObject({ code: 'model_folder_gone' });
  expect(await foreignInProject(project)).toBeNull();
});

test('the remedy is the recommended model for many languages, unless that is in use', async () => {
  vi.stubEnv('ENTAIL_HOME', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const model = RECOMMENDED.find(({ manyLanguages }) => manyLanguages)!;
  const project = newProject();
  expect(await remedyIn(project)).toEqual({
    ...{ name: model.id, installed: false },
    bytes: model.megabytes * 1_000_000,
  });
  project.write(() => project.stores.settings.set('model', model.id));
  expect(await remedyIn(project)).toBeNull();
});
