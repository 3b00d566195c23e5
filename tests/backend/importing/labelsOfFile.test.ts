import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments, readLabels } from '../../../backend/importing/bounded.ts';
import { collectLabels, type FoundLabels } from '../../../backend/importing/foundLabels.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function written(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

test('a file’s labels are found in its reader, as its documents have them', async () => {
  const rows = Array.from({ length: 1200 }, (_, i) =>
    JSON.stringify({ text: `text ${i}`, labels: [`l${i % 7}`, 'both'] }),
  );
  const path = written('a.jsonl', [...rows, '{"text":"last","labels":["only here"]}', 'broken'].join('\n'));
  const found: FoundLabels = { names: new Set(), numbers: new Set() };
  for await (const item of readDocuments(path, { format: 'auto' }))
    if (item.kind === 'document') collectLabels(item.document, found);
  expect(found.names.size).toBe(9);
  expect(await readLabels(path, { format: 'auto' })).toEqual(found);
});

test('too many of them are told by the file’s name, and a file that can’t be read as always', async () => {
  const rows = Array.from({ length: 1100 }, (_, i) =>
    JSON.stringify({ text: `x ${i}`, labels: [`label ${i}`] }),
  );
  const many = written('many.jsonl', rows.join('\n'));
  await expect(readLabels(many, { format: 'auto' })).rejects.toMatchObject({
    code: 'too_many_labels',
    message: expect.stringMatching(/^"many\.jsonl" has more than \d+ different labels\.$/),
  });
  await expect(readLabels(join(temporaryFolder(), 'none.csv'), { format: 'auto' })).rejects.toMatchObject({
    code: 'file_missing',
  });
});

test('a reader of labels that is stopped says so, and one that gets on is not taken for stalled', async () => {
  // A million short rows behind a quote that is never closed.
  const path = written('q.csv', `id,text\n1,"open\n${'x,y\n'.repeat(1_000_000)}`);
  const stop = AbortSignal.timeout(300);
  await expect(readLabels(path, { format: 'auto' }, { signal: stop })).rejects.toMatchObject({
    code: 'cancelled',
  });
  const found = await readLabels(path, { format: 'auto' }, { stalledMs: 3000 });
  expect(found.names.size).toBe(0);
}, 60_000);
