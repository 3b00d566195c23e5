import { expect, test } from 'vitest';
import { embeddedModels } from '../../../backend/models/embedded.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { runSuggests } from '../../support/runSuggests.ts';

test('a row says whether its suggestion is of what suggests now and of the sentences of now', async () => {
  const project = newProject(['shipping', 'price']);
  addDocuments(project, ['The parcel is late.', 'It costs too much.']);
  const dir = embeddedModels()[0]?.dir ?? '';
  await runSuggests(project, dir);
  const { path } = project;
  project.close();
  const backend = await newBackend();
  await backend.open(path);
  const open = backend.session.workspace.opened();
  // Nothing is read anew while this looks.
  open.suggestions.stop();
  const client = clientOf(backend);
  const suggested = { labelId: 1, from: 0, to: 1 };
  const outdated = async () => {
    open.suggestions.stop();
    const filter = { search: '', status: 'all' as const, suggested };
    const { rows } = await client.documents.page({
      annotator: 'Ada',
      filter,
      sort: 'order',
      offset: 0,
      limit: 10,
    });
    return rows.map(({ suggestion }) => suggestion?.outdated);
  };
  const { settings, labels } = open.project.stores;
  expect(await outdated()).toEqual([false, false]);
  const [first] = labels.all();
  if (!first) throw new Error('There is no label.');
  open.project.write(() => labels.update({ ...first, hypotheses: ['It is about the parcel.'] }));
  expect(await outdated()).toEqual([true, true]);
  open.project.write(() => labels.update(first));
  expect(await outdated()).toEqual([false, false]);
  open.project.write(() => settings.set('activeRun', 0));
  expect(await outdated()).toEqual([true, true]);
});
