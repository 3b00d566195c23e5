import { expect, test } from 'vitest';
import { openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments } from '../../support/project.ts';

test('a note is for others too: each sees whose it is', async () => {
  const backend = await openBackend();
  addDocuments(backend.session.workspace.opened().project, ['one']);
  const api = clientOf(backend);
  const write = (annotator: string, note: string) =>
    api.annotations.decide({ annotator, documentIds: [1], values: [], note });
  await write('ada', 'sarcasm?');
  await write('bob', '');
  const card = (annotator: string) => api.annotations.get({ annotator, id: 1 });
  expect(await card('bob')).toMatchObject({ note: '', notes: [{ annotator: 'ada', note: 'sarcasm?' }] });
  expect(await card('ada')).toMatchObject({ note: 'sarcasm?', notes: [] });
});
