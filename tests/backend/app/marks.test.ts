import { expect, test } from 'vitest';
import { openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments } from '../../support/project.ts';

test('a window hears of what another changed by one mark each, and of nothing else', async () => {
  const backend = await openBackend(['shipping', 'price']);
  const { project } = backend.session.workspace.opened();
  const client = clientOf(backend);
  const marks = async () => (await client.app.state()).marks;
  let before = await marks();
  /** Which marks are others now. */
  const changed = async () => {
    const now = await marks();
    if (now === null || before === null) throw new Error('No project is open.');
    const found = (['labels', 'source', 'runs', 'decisions'] as const).filter(
      (name) => now[name] !== before?.[name],
    );
    before = now;
    return found;
  };
  expect(await changed()).toEqual([]);
  await client.labels.add({ name: 'refund', hypotheses: [] });
  expect(await changed()).toEqual(['labels']);
  await client.labels.update({ id: 1, hypotheses: ['It is about the parcel.'] });
  expect(await changed()).toEqual(['labels']);
  await client.labels.reorder({ ids: [3, 2, 1] });
  expect(await changed()).toEqual(['labels']);
  await client.labels.remove({ id: 3 });
  expect(await changed()).toEqual(['labels']);
  const documentIds = addDocuments(project, ['One.']);
  expect(await changed()).toEqual([]);
  const values = [{ labelId: 1, value: 'yes' as const }];
  await client.annotations.decide({ annotator: 'Ada', documentIds, values });
  expect(await changed()).toEqual(['decisions']);
  await client.annotations.undo({ annotator: 'Ada' });
  expect(await changed()).toEqual(['decisions']);
  const startedAt = '2026-01-01T00:00:00.000Z';
  const { runs, settings } = project.stores;
  project.write(() => runs.add({ model: 'm', modelDigest: '', options: {}, revisionId: 0, startedAt }));
  expect(await changed()).toEqual(['runs']);
  project.write(() => runs.finish(1, { status: 'done', at: startedAt, report: {} }));
  expect(await changed()).toEqual(['runs']);
  await client.training.rename({ run: 1, name: 'the first' });
  expect(await changed()).toEqual(['runs']);
  project.write(() => settings.set('activeRun', 1));
  expect(await changed()).toEqual(['source']);
  project.write(() => runs.setThreshold(1, 1, 0.7));
  expect(await changed()).toEqual(['runs']);
  project.write(() => settings.set('annotator', 'Bob'));
  expect(await changed()).toEqual([]);
  await client.projects.close();
  expect(await marks()).toBeNull();
});
