import { expect, test } from 'vitest';
import { createRecovery } from '../../web/recover.ts';
import { openBackend } from '../support/backend.ts';
import { addDocuments } from '../support/project.ts';

test('after a failure that nobody caught the project is opened anew, whole', async () => {
  const backend = await openBackend(['praise']);
  const { workspace } = backend.session;
  const before = workspace.opened();
  addDocuments(before.project, ['one', 'two']);
  await createRecovery(backend)(new TypeError('half done'));
  const after = workspace.opened();
  expect(after).not.toBe(before);
  expect(after.project.path).toBe(before.project.path);
  expect(after.project.stores.documents.count()).toBe(2);
});

test('a broken connection is no reason to do so, and it is done four times a minute at most', async () => {
  const backend = await openBackend(['praise']);
  const { workspace } = backend.session;
  let now = 0;
  const recover = createRecovery(backend, () => now);
  const opened = workspace.current;
  await recover(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  expect(workspace.current).toBe(opened);
  for (let i = 0; i < 6; i++) await recover(new Error('again'));
  const most = workspace.current;
  await recover(new Error('again'));
  expect(workspace.current).toBe(most);
  now = 61_000;
  await recover(new Error('later'));
  expect(workspace.current).not.toBe(most);
});
