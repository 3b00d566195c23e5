import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotateFromFile } from '../../../backend/importing/answers.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { censusOf } from '../../../backend/importing/preview.ts';
import { addLabels } from '../../../backend/labels/labels.ts';
import type { Project } from '../../../backend/project/file.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function written(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** A project with one label and the documents of a table. */
async function projectOf(table: string): Promise<Project> {
  const project = newProject();
  addLabels(project, [{ name: 'late', hypotheses: [] }]);
  await importFiles(project, { files: [written('d.csv', table)], absent: 'open', annotator: 'a' });
  return project;
}

const answer = (project: Project, ...rows: object[]) =>
  annotateFromFile(project, written('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')), {
    annotator: 'ada',
  });

/** Texts of documents with a yes. */
function late({ stores }: Project): string[] {
  const annotator = stores.annotations.annotatorId('ada');
  return stores.documents
    .page(0, 100)
    .filter(({ id }) => [...stores.annotations.decisions(id, annotator).values()].includes('yes'))
    .map(({ text }) => text);
}

test.each(['ID', 'Id', 'Doc_ID'])(
  'an answer by id finds the document of a table whose header is %s',
  async (name) => {
    const project = await projectOf(`${name},Text\n2,first words here\n1,second words here\n`);
    await answer(project, { id: '1', labels: ['late'] });
    expect(late(project)).toEqual(['second words here']);
  },
);

test('ids are found in any capitals in JSON records, and in answers', async () => {
  const project = newProject();
  addLabels(project, [{ name: 'late', hypotheses: [] }]);
  const rows = [
    { ID: 7, Text: 'first words' },
    { ID: 1, Text: 'second words' },
  ];
  const file = written('d.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  await importFiles(project, { files: [file], absent: 'open', annotator: 'a' });
  await answer(project, { Id: 1, labels: ['late'] });
  expect(late(project)).toEqual(['second words']);
});

test.each([1, '1', '1.0'])('1 and 1.0 are the same id in a table of numbers: %j', async (id) => {
  const project = await projectOf('id,text\n3.0,first words here\n1.0,second words here\n');
  await answer(project, { id, labels: ['late'] });
  expect(late(project)).toEqual(['second words here']);
  await importFiles(project, {
    files: [written('again.csv', 'id,text\n1,second words here\n')],
    absent: 'open',
    annotator: 'a',
  });
  expect(project.stores.documents.count()).toBe(2);
});

test('ids that only look alike are two: 01 and 1, 1.10 and 1.1, v1.0 and v1', async () => {
  const project = await projectOf('id,text\n01,first words here\n1.10,second words here\nv1.0,third words\n');
  for (const id of ['1', '1.1', 'v1']) {
    await expect(answer(project, { id, labels: ['late'] })).rejects.toMatchObject({
      code: 'annotation_invalid',
    });
  }
  expect(late(project)).toEqual([]);
});

test('an unknown id is refused by its line and never taken for the number of a document', async () => {
  const project = await projectOf('id,text\n10,first words here\n20,second words here\n');
  await expect(
    answer(project, { id: '10', labels: ['late'] }, { id: '2', labels: ['late'] }),
  ).rejects.toMatchObject({
    message: 'Line 2 of "a.jsonl" can\'t be used: the project has no document with the id "2".',
    hint: 'Nothing was recorded; to name a document by its number in the project, write "#2".',
  });
  expect(late(project)).toEqual([]);
  await answer(project, { id: '#2', labels: ['late'] });
  expect(late(project)).toEqual(['second words here']);
});

test('an answer that comes with another text than the document has is refused', async () => {
  const project = await projectOf('id,text\n1,first words here\n2,second words here\n');
  const wrong = { id: '1', text: 'second words here', labels: ['late'] };
  await expect(answer(project, wrong)).rejects.toMatchObject({
    message: 'Line 1 of "a.jsonl" can\'t be used: its text is another than that of the document "1".',
  });
});

test('documents without an id are found again by what an export calls them', async () => {
  const project = await projectOf('text\nfirst words here\nsecond words here\n');
  const rows = ['{"id":"#1","text":"first words here"}', '{"id":"#2","text":"second words here"}'];
  const file = written('own.jsonl', rows.join('\n'));
  const report = await importFiles(project, { files: [file], absent: 'open', annotator: 'a' });
  expect(report).toMatchObject({ added: 0, known: 2 });
});

test('whole numbers beyond what a number holds keep all digits, as ids and beside the text', async () => {
  const project = newProject([]);
  const rows = [1, 2].map(
    (n) => `{"ID":1234567890123456789${n},"text":"text ${n}","customer":9876543210987654321${n}}`,
  );
  await importFiles(project, { files: [written('a.jsonl', rows.join('\n'))], annotator: 'a' });
  const { documents } = project.stores;
  expect([1, 2].map((id) => [documents.get(id)?.externalId, documents.meta(id).get('customer')])).toEqual([
    ['12345678901234567891', '98765432109876543211'],
    ['12345678901234567892', '98765432109876543212'],
  ]);
});

test("MongoDB's ids are ids; lists and yes or no are none, and are kept", async () => {
  const project = newProject([]);
  const rows = ['{"_id":{"$oid":"65a1"},"text":"one"}', '{"_id":{"$oid":"65a2"},"text":"two"}'];
  await importFiles(project, { files: [written('a.jsonl', rows.join('\n'))], annotator: 'a' });
  await importFiles(project, { files: [written('b.jsonl', '{"id":[7],"text":"three"}')], annotator: 'a' });
  const { documents } = project.stores;
  expect([1, 2, 3].map((id) => documents.get(id)?.externalId)).toEqual(['65a1', '65a2', null]);
  expect(documents.meta(3).get('id')).toBe('[7]');
});

const NUMBERED = Array.from({ length: 600 }, (_, i) => `${i},words of ticket number ${i}`);

test.each(['Ticket No', 'document_id'])(
  'what was taken for an id by its first rows is none where later ones contradict: %s',
  async (name) => {
    const project = newProject([]);
    const table = `${name},text\n${NUMBERED.join('\n')}\n7,other words of seven\n`;
    const file = written('a.csv', table);
    const census = await censusOf(project, { files: [file], reading: {}, annotator: 'a', longerThan: 1000 });
    expect(census).toMatchObject({ documents: 601, fresh: 601, problems: 0 });
    const report = await importFiles(project, { files: [file], annotator: 'a' });
    expect(report).toMatchObject({ added: 601, problems: [] });
    const told = `a.csv, line 602: "7" comes again as "${name}" with another text, so that is no id and is kept beside the text.`;
    expect([report.notes, census.notes]).toEqual([[told], [told]]);
    expect(report.files[0]?.columns[0]).toEqual({ column: name, role: 'meta' });
    const { documents } = project.stores;
    expect([documents.get(8)?.externalId, documents.meta(8).get(name)]).toEqual([null, '7']);
  },
);

test('an id that only comes again with its text stays one, and so does one that was said', async () => {
  const table = `Ticket No,text\n${NUMBERED.join('\n')}\n7,words of ticket number 7\n`;
  const project = newProject([]);
  const report = await importFiles(project, { files: [written('a.csv', table)], annotator: 'a' });
  expect(report).toMatchObject({ added: 600, repeated: 1, notes: [] });
  expect(project.stores.documents.get(8)?.externalId).toBe('7');
  const columns = [{ column: 'Ticket No', role: 'id' as const }];
  const said = await importFiles(newProject([]), {
    files: [written('b.csv', table.replace(/number 7\n$/, 'seven\n'))],
    annotator: 'a',
    columns,
  });
  expect(said).toMatchObject({ added: 600, changed: 1 });
});
