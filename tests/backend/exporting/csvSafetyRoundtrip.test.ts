import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate } from '../../../backend/annotating/annotating.ts';
import { writeData } from '../../../backend/exporting/exportData.ts';
import { readDocuments } from '../../../backend/importing/read.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import { createProject } from '../../../backend/project/file.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const TEXTS = ['=1+1', "'=1+1", "''@x", '-3.5', '+49 30 1', 'a\n=b', '\t=x', "it's fine", '＝1'];

function project() {
  const opened = createProject(join(temporaryFolder(), 'p.entail'));
  addLabels(opened, [{ name: '=HYPERLINK("x")', hypotheses: ['It links.'] }]);
  const [label] = opened.stores.labels.all();
  const ids = opened.write(() =>
    TEXTS.map((text, i) =>
      opened.stores.documents.add(
        { externalId: `=${i}`, text, meta: new Map([['@m', '+m']]), split: null, source: 's' },
        '2026-01-01T00:00:00.000Z',
      ),
    ),
  );
  for (const documentId of ids) {
    const values = new Map([[label!.id, 'yes'] as const]);
    annotate(opened, 'ada', [{ documentId, values, status: 'done' }], 'annotate');
  }
  return opened;
}

async function read(path: string) {
  const documents = [];
  for await (const item of readDocuments(path, {}))
    if (item.kind === 'document') documents.push(item.document);
  return documents;
}

test('what people export is safe unless they choose otherwise, and our import gives the exact text back', async () => {
  const opened = project();
  const to = join(temporaryFolder(), 'a.csv');
  await writeData(opened, { format: 'csv', to, onlyDone: true });
  const safe = readFileSync(to, 'utf8');
  expect(safe).toContain("\n'=0,'=1+1,");
  expect(safe).toContain("\n'=3,-3.5,");
  const documents = await read(to);
  expect(documents.map(({ text }) => text)).toEqual(TEXTS);
  expect(documents[0]).toMatchObject({
    externalId: '=0',
    meta: new Map(
      [
        ['@m', '+m'],
        ['source', 's'],
      ].slice(0, documents[0]!.meta.size) as [string, string][],
    ),
    annotations: [{ decisions: new Map([['=HYPERLINK("x")', 'yes']]) }],
  });
  await writeData(opened, { format: 'csv', to, onlyDone: true, excelSafe: false });
  expect(readFileSync(to, 'utf8')).toContain('\n=0,=1+1,');
  expect((await read(to)).map(({ text }) => text)).toEqual(TEXTS);
  opened.close();
});

test("apostrophes of other people's tables stay", async () => {
  const path = join(temporaryFolder(), 'b.csv');
  writeFileSync(path, "\uFEFFid,text\n1,'=x is a formula\n");
  expect((await read(path)).map(({ text }) => text)).toEqual(["'=x is a formula"]);
});
