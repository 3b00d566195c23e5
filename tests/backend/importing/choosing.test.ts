import { expect, test } from 'vitest';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';

test('the host is asked for files or for a folder, as the person pressed', async () => {
  const asked: string[] = [];
  const backend = await newBackend({
    host: {
      openFilesDialog: async (what) => {
        asked.push(what);
        return [];
      },
    },
  });
  const api = clientOf(backend);
  await api.projects.create({ name: 'chosen' });
  for (const what of ['files', 'folder'] as const) expect(await api.imports.choose({ what })).toEqual([]);
  expect(asked).toEqual(['files', 'folder']);
});
