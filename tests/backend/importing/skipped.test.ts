import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { readGold } from '../../../backend/evaluating/goldRows.ts';
import { exportData } from '../../../backend/exporting/index.ts';
import { exportSource } from '../../../backend/exporting/projectSource.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import type { Project } from '../../../backend/project/file.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const [PRICE, SHIPPING] = [1, 2] as const;

/** Two documents that were skipped, one after an answer to each label, one without; and one that is done. */
function withSkipped(): Project {
  const project = newProject(['price', 'shipping']);
  addDocuments(project, ['the parcel came late', '???', 'too expensive']);
  annotate(project, 'ada', [
    {
      documentId: 1,
      values: new Map([[PRICE, 'no'] as const, [SHIPPING, 'yes'] as const]),
      status: 'skipped',
    },
    { documentId: 2, values: new Map(), status: 'skipped' },
    decided(3, { yes: [PRICE], no: [SHIPPING] }),
  ]);
  return project;
}

async function written(project: Project, format: string): Promise<string> {
  const to = join(temporaryFolder(), `out.${format}`);
  await exportData(exportSource(project), { format, to, overwrite: false });
  return to;
}

const said = (project: Project) =>
  [...exportSource(project).documents()].map(({ text, annotations }) => ({
    text,
    annotations: annotations.map(({ annotator, status, decisions }) => ({ annotator, status, decisions })),
  }));

test.each(['jsonl', 'csv'])(
  '%s: what was decided before a document was skipped comes back',
  async (format) => {
    const project = withSkipped();
    const file = await written(project, format);
    const again = newProject(['price', 'shipping']);
    const report = await importFiles(again, { files: [file], annotator: 'eve', absent: 'no' });
    expect(report).toMatchObject({ added: 3, conflictCount: 0 });
    expect(said(again)).toEqual(said(project));
    expect(said(again)[0]!.annotations).toEqual([
      {
        annotator: 'ada',
        status: 'skipped',
        decisions: new Map([
          ['price', 'no'],
          ['shipping', 'yes'],
        ]),
      },
    ]);
    // It counts for nothing, as before.
    expect([...again.stores.settled.answers()].map(({ documentId }) => documentId)).toEqual([3, 3]);
  },
);

test('answers on skipped rows are no gold, whatever labels they name', async () => {
  const file = join(temporaryFolder(), 'gold.jsonl');
  const rows = [
    { text: 'one', labels: ['price', 'gone'], rejected: ['shipping'], status: 'skipped', annotator: 'ada' },
    { text: 'two', labels: ['price'], rejected: [], status: 'done', annotator: 'ada' },
  ];
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const gold = await readGold({ file, names: ['price', 'shipping'], absent: undefined });
  expect(gold).toEqual([{ id: null, text: 'two', yes: new Set(['price']), no: new Set() }]);
});
