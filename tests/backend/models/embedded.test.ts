import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { isAgreed } from '../../../backend/models/agreed.ts';
import { removeModel } from '../../../backend/models/catalogue.ts';
import { EMBEDDED_MODEL, embeddedModels, lastingName } from '../../../backend/models/embedded.ts';
import { settingsModels, useModel } from '../../../backend/models/projectModel.ts';
import { resolveModel, wholeName } from '../../../backend/models/resolve.ts';
import { suggestingModel } from '../../../backend/suggesting/suggestingModel.ts';
import { newProject } from '../../support/project.ts';
import { runSuggests } from '../../support/runSuggests.ts';
import { temporaryFolder } from '../../support/temporary.ts';

beforeEach(() => {
  vi.stubEnv('ENTAIL_HOME', temporaryFolder());
  vi.stubEnv('ENTAIL_DEFAULT_MODEL', '');
  return () => void vi.unstubAllEnvs();
});

test('every model that ships is there, with its card, needs no consent and can’t be removed', () => {
  const models = embeddedModels();
  expect(models.map(({ dir }) => dir)).toContain(EMBEDDED_MODEL);
  for (const { name, dir } of models) {
    expect(existsSync(join(dir, 'README.md'))).toBe(true);
    expect(isAgreed(name)).toBe(true);
    expect(() => removeModel(name)).toThrow('is part of Entail');
    expect(wholeName(name)).toBe(name);
  }
});

test('what a person calls “default” is stored by the name of the model; in a project of old it is the one of then', async () => {
  expect(wholeName('default')).toBe(basename(EMBEDDED_MODEL));
  const project = newProject();
  // As versions before wrote it, or left it out.
  for (const model of ['default', 'entail-minilm-l6']) {
    project.write(() => project.stores.settings.set('model', model));
    const { name, dir } = await suggestingModel(project);
    // Under that name its evidence is kept.
    expect([name, basename(dir)]).toEqual(['entail-minilm-l6', 'entail-minilm-l6']);
    const used = (await settingsModels(project)).filter(({ used }) => used !== null);
    expect(used).toMatchObject([{ name: 'entail-minilm-l6', embedded: true, used: 'suggesting' }]);
  }
  await useModel(project, 'default');
  expect(project.stores.settings.get('model')).toBe(lastingName('default'));
});

test('while a run suggests, the model of the project is what the next training begins with, and no more', async () => {
  const project = newProject();
  await runSuggests(project, EMBEDDED_MODEL);
  const rolesOf = async () => new Set((await settingsModels(project)).map(({ used }) => used));
  expect(await rolesOf()).toEqual(new Set(['training', null]));
  await useModel(project, 'default');
  expect(await rolesOf()).toEqual(new Set(['suggesting', null]));
});

test('a folder that ENTAIL_DEFAULT_MODEL names is “default”, of a person and of a project', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('ENTAIL_DEFAULT_MODEL', folder);
  expect(wholeName('default')).toBe('default');
  expect((await resolveModel('default')).dir).toBe(folder);
  expect(basename((await resolveModel('entail-minilm-l6')).dir)).toBe('entail-minilm-l6');
});
