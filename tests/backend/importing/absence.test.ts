import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { previewFile } from '../../../backend/importing/preview.ts';
import type { Project } from '../../../backend/project/file.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function written(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const lines = (...rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

/** All answers on a document, whoever gave them. */
function answers({ stores }: Project, id: string): Record<string, string> {
  const document = stores.documents.byExternalId(id)!;
  return Object.fromEntries(
    stores.standing
      .decisions(document.id)
      .map(({ labelId, value }) => [stores.labels.nameOf(labelId)!, value]),
  );
}

async function imported(file: string, absent?: 'no' | 'open'): Promise<Project> {
  const project = newProject(['other']);
  await importFiles(project, { files: [file], annotator: 'import', absent });
  return project;
}

const short = (id: number, more: object) => ({
  text: `the text of number ${id}`,
  id,
  ...more,
  annotator: 7,
  annotation_id: id + 10,
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-02T00:00:00Z',
  lead_time: 2.5,
});

test('choices of Label Studio are found under any name of the control; what they leave out is a no', async () => {
  const rows = [short(1, { reason: { choices: ['late', 'wet'] } }), short(2, { reason: 'dear' })];
  const project = await imported(written('min.json', JSON.stringify(rows)));
  expect(answers(project, '1')).toEqual({ late: 'yes', wet: 'yes', dear: 'no' });
  expect(answers(project, '2')).toEqual({ late: 'no', wet: 'no', dear: 'yes' });
});

test('an annotated record of Label Studio without any choices says no no', async () => {
  const project = await imported(
    written('min.json', JSON.stringify([short(1, {}), short(2, { labels: 'late' })])),
  );
  expect(answers(project, '1')).toEqual({});
  expect(answers(project, '2')).toEqual({ late: 'yes' });
});

test('a label that is nowhere in the file is open, unless the person says that it was asked for', async () => {
  const file = written('min.json', JSON.stringify([short(1, { labels: 'late' })]));
  expect(answers(await imported(file), '1')).toEqual({ late: 'yes' });
  expect(answers(await imported(file, 'no'), '1')).toEqual({ late: 'yes', other: 'no' });
  expect(answers(await imported(file, 'open'), '1')).toEqual({ late: 'yes' });
});

test('an empty list of doccano decides nothing, a list closes the labels of the file', async () => {
  const rows = [
    { id: 1, text: 'nobody looked', label: [], Comments: [] },
    { id: 2, text: 'it is late', label: ['late'], Comments: [] },
    { id: 3, text: 'it is dear', label: ['dear'], Comments: [] },
  ];
  const project = await imported(written('d.jsonl', lines(...rows)));
  expect(answers(project, '1')).toEqual({});
  expect(answers(project, '2')).toEqual({ late: 'yes', dear: 'no' });
});

test.each([
  [
    'list.csv',
    'id,text,labels\n1,first words here,late|dear\n2,second words here,late\n3,third words here,late|dear\n',
  ],
  ['ft.txt', '__label__late first words\n__label__dear second words\n'],
  [
    'rows.jsonl',
    lines({ id: '2', text: 'second', labels: ['late'] }, { id: '1', text: 'first', labels: ['dear'] }),
  ],
])('%s lists what applies: the rest is open, and the preview says so', async (name, text) => {
  const file = written(name, text);
  expect(await previewFile(file, {})).toMatchObject({ absent: 'open' });
  const project = await imported(file);
  const values = project.stores.documents
    .page(0, 10)
    .flatMap(({ id }) => project.stores.standing.decisions(id).map(({ value }) => value));
  expect(new Set(values)).toEqual(new Set(['yes']));
});

test.each([
  ['x.csv', 'id,text,late,dear\n1,first words,x,\n2,second words,,X\n3,third words,x,x\n4,fourth words,,\n'],
  [
    'true.jsonl',
    lines(
      { id: '1', text: 'first', late: true, dear: null },
      { id: '2', text: 'second', dear: true },
      { id: '3', text: 'third', late: true, dear: true },
      { id: '4', text: 'fourth', late: null },
    ),
  ],
])('%s marks what applies: what has no mark is open, or a no where someone says so', async (name, text) => {
  const file = written(name, text);
  expect(await previewFile(file, {})).toMatchObject({ absent: 'open' });
  const read = async (absent?: 'no') => {
    const project = await imported(file, absent);
    const me = project.stores.annotations.annotatorId('import');
    return ['1', '2', '3', '4'].map((id) => {
      const { id: document } = project.stores.documents.byExternalId(id)!;
      return [answers(project, id), project.stores.annotations.state(document, me)?.status];
    });
  };
  expect(await read()).toEqual([
    [{ late: 'yes' }, 'draft'],
    [{ dear: 'yes' }, 'draft'],
    [{ late: 'yes', dear: 'yes' }, 'done'],
    [{}, undefined],
  ]);
  const other = { other: 'no' };
  expect((await read('no')).slice(0, 2)).toEqual([
    [{ late: 'yes', dear: 'no', ...other }, 'done'],
    [{ late: 'no', dear: 'yes', ...other }, 'done'],
  ]);
});

test.each(['-1', '?', 'n/a', 'keine Angabe'])('%s in a table of marks leaves its row open', async (cell) => {
  const file = written(
    'doubt.csv',
    `id,text,late,dear\n1,first words,${cell},x\n2,second words,,x\n3,third,x,\n`,
  );
  const project = await imported(file, 'no');
  expect([answers(project, '1'), answers(project, '2')]).toEqual([
    { dear: 'yes' },
    { late: 'no', dear: 'yes', other: 'no' },
  ]);
});

test('the preview says that a closed task closes, and nothing where rows say yes and no', async () => {
  const min = written('min.json', JSON.stringify([short(1, { labels: 'late' })]));
  expect(await previewFile(min, {})).toMatchObject({ absent: 'no' });
  const columns = written('c.csv', 'id,text,late\n1,first words,1\n2,second words,0\n');
  expect(await previewFile(columns, {})).toMatchObject({ absent: null });
});

test('records of Argilla 1: what was validated is closed, what was predicted is suggested', async () => {
  const base = { inputs: {}, multi_label: true, metadata: { source: 'x' } };
  const rows = [
    {
      ...base,
      id: 'a1',
      text: 'late and wet',
      annotation: ['late', 'wet'],
      prediction: [{ label: 'late', score: 0.7 }],
      annotation_agent: 'ada',
      status: 'Validated',
    },
    { ...base, id: 'a2', text: 'dear', annotation: null, prediction: [['late', 0.2]], status: 'Default' },
    { ...base, id: 'a3', text: 'nonsense', annotation: null, prediction: null, status: 'Discarded' },
    { ...base, id: 'a4', text: 'none of it', annotation: [], prediction: null, status: 'Validated' },
  ];
  const project = await imported(written('r.jsonl', lines(...rows)));
  expect(answers(project, 'a1')).toEqual({ late: 'yes', wet: 'yes' });
  expect(answers(project, 'a2')).toEqual({});
  expect(answers(project, 'a4')).toEqual({ late: 'no', wet: 'no' });
  const { stores } = project;
  const late = stores.labels.all().find(({ name }) => name === 'late')!;
  expect(stores.evidence.countOf(late.id)).toBe(2);
  expect(stores.annotations.countByStatus().get('skipped')).toBe(1);
});

test.each([
  ['a.jsonl', (labels: object) => ({ labels })],
  ['s.jsonl', (cats: object) => ({ cats })],
  ['p.jsonl', (cats: object) => ({ cats, answer: 'accept' })],
])(
  'yes and no by label finish a document only where all labels of the project have one: %s',
  async (name, more) => {
    const project = newProject(['late', 'price']);
    const rows = [
      { text: 'It names one.', ...more({ late: 1 }) },
      { text: 'It names both.', ...more({ late: 1, Price: 0 }) },
    ];
    await importFiles(project, { files: [written(name, lines(...rows))], annotator: 'import' });
    const { documents, annotations } = project.stores;
    const me = annotations.annotatorId('import');
    const status = (text: string) => annotations.state(documents.withText(text)!, me)?.status;
    expect([status('It names one.'), status('It names both.')]).toEqual(['draft', 'done']);
  },
);
