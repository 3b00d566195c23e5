import { expect, test, vi } from 'vitest';
import { embeddedModels } from '../../../backend/models/embedded.ts';
import { keepOlderModel, newerModel } from '../../../backend/models/newer.ts';
import { useModel } from '../../../backend/models/projectModel.ts';
import { newProject } from '../../support/project.ts';

const [small] = embeddedModels().filter(({ name }) => name === 'entail-minilm-l6');
const newest = { name: 'entail-of-tomorrow', about: '', dir: '/nowhere' };
const shipped = [newest, small!];

function projectWith(model: string) {
  const project = newProject();
  project.write(() => project.stores.settings.set('model', model));
  return project;
}

test('a project with a model that shipped before is offered the one that ships now', () => {
  vi.stubEnv('ENTAIL_DEFAULT_MODEL', '');
  // Versions before called it "default".
  for (const stored of ['default', 'entail-minilm-l6'])
    expect(newerModel(projectWith(stored), shipped)).toEqual(newest);
  for (const stored of [newest.name, 'owner/model', '/some/folder'])
    expect(newerModel(projectWith(stored), shipped)).toBeNull();
  vi.stubEnv('ENTAIL_DEFAULT_MODEL', '/a/folder');
  expect(newerModel(projectWith('default'), shipped)).toBeNull();
  vi.unstubAllEnvs();
});

test('whoever chooses a model is not offered the newest, which was in the same list', async () => {
  const project = projectWith('entail-minilm-l6');
  expect(newerModel(project)).toMatchObject({ name: embeddedModels()[0]!.name });
  await useModel(project, 'entail-minilm-l6');
  expect(newerModel(project)).toBeNull();
  expect(project.stores.settings.get('model')).toBe('entail-minilm-l6');
});

test('a project that keeps its model is offered the next one again, not this one', () => {
  const project = projectWith('entail-minilm-l6');
  keepOlderModel(project, shipped);
  expect(newerModel(project, shipped)).toBeNull();
  const next = { name: 'entail-of-next-year', about: '', dir: '/nowhere' };
  expect(newerModel(project, [next, ...shipped])).toEqual(next);
});

test('the newest taken and given back again, it is offered as before; kept from then on, it is not', async () => {
  const newest = embeddedModels()[0]!.name;
  const project = projectWith('entail-minilm-l6');
  await useModel(project, newest);
  expect(newerModel(project)).toBeNull();
  await useModel(project, 'entail-minilm-l6', { back: true });
  expect(newerModel(project)).toMatchObject({ name: newest });
  keepOlderModel(project);
  await useModel(project, newest);
  await useModel(project, 'entail-minilm-l6', { back: true });
  expect(newerModel(project)).toBeNull();
});
