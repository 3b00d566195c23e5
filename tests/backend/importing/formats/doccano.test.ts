import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, inShort, jsonl } from './support.ts';

test('doccano: the id and the comment of an export of ours come back, with what was noted there', async () => {
  const row = { id: 41, label: ['late'] };
  const path = fileWith(
    'back.jsonl',
    jsonl(
      // As it gives it back: what a file has as comments is dropped.
      { ...row, text: 'One.', entail_id: 'd1', entail_comment: 'sure', Comments: [], stars: 3 },
      { ...row, id: 42, text: 'Two.', entail_id: 'd2', entail_comment: 'sure', Comments: ['not I'] },
      { ...row, id: 43, text: 'Three.', entail_id: 'd3', entail_comment: 'sure', Comments: ['sure'] },
      { ...row, id: 44, text: 'Made there.', Comments: [] },
    ),
  );
  const found: unknown[] = [];
  for await (const item of readDocuments(path, {}))
    if (item.kind === 'document')
      found.push([
        item.document.externalId,
        item.document.annotations.map(({ comment }) => comment),
        [...item.document.meta],
      ]);
  expect(found).toEqual([
    ['d1', ['sure'], [['stars', 3]]],
    ['d2', ['sure\nnot I'], []],
    ['d3', ['sure'], []],
    ['44', [undefined], []],
  ]);
});

test('a table of doccano: labels between "#", also of names that end with it; id and comment of ours', async () => {
  const csv = `id,text,stars,entail_id,entail_comment,Comments,label
1,One.,3.0,d1,sure,,C##late
2,Two.,4.0,d2,,not I,C#
3,Three.,,d3,,,late#praise
`;
  const path = fileWith('back.csv', csv);
  const known = ['C#', 'late', 'praise'];
  expect((await inShort(path, { known })).documents).toEqual([
    'd1 | One. | done C# late',
    'd2 | Two. | done C#',
    'd3 | Three. | done late praise',
  ]);
  const comments: unknown[] = [];
  for await (const item of readDocuments(path, { known }))
    if (item.kind === 'document') comments.push(item.document.annotations[0]?.comment);
  expect(comments).toEqual(['sure', 'not I', undefined]);
  // Without the project's names "C#" stays whole.
  const bare = 'text,label\nOne.,C#\nTwo.,C\nThree.,C#\n';
  expect((await inShort(fileWith('bare.csv', bare))).documents).toEqual([
    '- | One. | done C#',
    '- | Two. | done C',
    '- | Three. | done C#',
  ]);
});

test('doccano: labels, none yet, and spans which are none', async () => {
  const doccano = jsonl(
    { id: 1, text: 'The box was late.', label: ['late'], Comments: [] },
    { id: 2, text: 'Closed.', label: [], Comments: ['out of scope?'] },
    { id: 3, text: 'Spans.', label: [[0, 3, 'ORG']], Comments: [] },
  );
  const read1 = await inShort(fileWith('d.jsonl', doccano));
  expect(read1.documents).toEqual(['1 | The box was late. | done closed late', '2 | Closed. | draft open']);
  expect(read1.problems[0]).toContain('spans of a text');
});

test.each(['id,data,label', 'id,text,Comments,label'])(
  'a table of doccano is cut at nothing but "#": %s',
  async (header) => {
    const row = (id: number, label: string) =>
      `${id},a text of some words ${id},${'Comments' === header.split(',')[2] ? ',' : ''}"${label}"`;
    const labels = ['Food, drinks', 'late#Food, drinks', 'Food; other', 'drinks'];
    const path = fileWith('a.csv', `${header}\n${labels.map((label, i) => row(i, label)).join('\n')}\n`);
    const wanted = ['Food, drinks', 'late Food, drinks', 'Food; other', 'drinks'];
    expect((await inShort(path)).documents.map((document) => document.split(' | done ')[1])).toEqual(wanted);
    const none = `${header}\n${row(1, 'Food, drinks')}\n${row(2, 'drinks')}\n`;
    expect((await inShort(fileWith('b.csv', none))).documents.map((one) => one.split(' | done ')[1])).toEqual(
      ['Food, drinks', 'drinks'],
    );
  },
);

test('a table that doccano may have written is cut at "#" where that tells, else as any other', async () => {
  const labels = async (...cells: string[]) => {
    const rows = cells.map((cell, i) => `${i},a text of some words ${i},"${cell}"`);
    const path = fileWith('a.csv', `id,text,label\n${rows.join('\n')}\n`);
    return (await inShort(path)).documents.map((document) => document.split(' | done ')[1]);
  };
  expect(await labels('Food, drinks', 'late#Food, drinks')).toEqual(['Food, drinks', 'late Food, drinks']);
  expect(await labels('late, price', 'case #2, late', 'price')).toEqual([
    'late price',
    'case #2 late',
    'price',
  ]);
});
