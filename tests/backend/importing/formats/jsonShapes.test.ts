import { expect, test } from 'vitest';
import { fileWith, formatIn, found, inShort, jsonl, refusal, textsIn } from './support.ts';

const ROWS = ['1 | one two three | done late', '2 | four five six | done price'];

test.each([
  [
    'values of pandas',
    [
      ['id', 'text', 'label'],
      [1, 'one two three', 'late'],
      [2, 'four five six', 'price'],
    ],
  ],
  [
    'a list deeper down',
    {
      took: 3,
      hits: {
        total: 2,
        hits: [
          { _id: '1', _source: { text: 'one two three' }, label: 'late' },
          { _id: '2', _source: { text: 'four five six' }, label: 'price' },
        ],
      },
    },
  ],
  [
    'beside a word',
    {
      status: 'ok',
      result: {
        items: [
          { id: 1, text: 'one two three', label: 'late' },
          { id: 2, text: 'four five six', label: 'price' },
        ],
      },
    },
  ],
])('JSON: %s', async (_, content) => {
  expect((await inShort(fileWith('a.json', content))).documents).toEqual(ROWS);
});

test.each([
  [
    'objects after one another',
    '{\n "id": 1,\n "text": "one two three",\n "label": "late"\n}\n{\n "id": 2,\n "text": "four five six",\n "label": "price"\n}\n',
  ],
  [
    'a sequence',
    '\x1e{"id":1,"text":"one two three","label":"late"}\n\x1e{"id":2,"text":"four five six","label":"price"}\n',
  ],
  ['lists on lines', '["id","text","label"]\n[1,"one two three","late"]\n[2,"four five six","price"]\n'],
])('JSON: %s', async (_, text) => {
  expect((await inShort(fileWith('a.json', text))).documents).toEqual(ROWS);
});

test('a list of texts, and texts by the numbers of their rows', async () => {
  const texts = ['Great cloth', 'Never again'];
  expect(await textsIn(fileWith('a.json', texts))).toEqual(texts);
  expect(await textsIn(fileWith('a.json', { 0: texts[0], 1: texts[1] }))).toEqual(texts);
});

test('columns of several levels are called by the last', async () => {
  const content = {
    columns: [
      ['doc', 'text'],
      ['labels', 'late'],
      ['labels', 'price'],
    ],
    data: [
      ['one', 1, 0],
      ['two', 0, 1],
    ],
  };
  expect((await inShort(fileWith('a.json', content))).documents).toEqual([
    '- | one | done open late -price',
    '- | two | done open -late price',
  ]);
});

test('texts within objects are found, and said by the way to them', async () => {
  const record = (n: number) => ({
    ticket: { id: `A${n}`, title: `title ${n}`, body: `words of ticket number ${n}` },
    labels: ['late'],
  });
  const path = fileWith('a.jsonl', jsonl(record(1), record(2)));
  expect((await found(path)).documents).toEqual(
    [1, 2].map((n) => ({
      id: null,
      text: `words of ticket number ${n}`,
      labels: { late: 'yes' },
      meta: { 'ticket.id': `A${n}`, 'ticket.title': `title ${n}` },
    })),
  );
  const columns = [
    { column: 'ticket.title', role: 'text' as const },
    { column: 'ticket.id', role: 'id' as const },
  ];
  expect((await inShort(path, { columns })).documents[0]).toBe('A1 | title 1 | done late');
});

test('what has no records is told value by value, and asks for no column', async () => {
  expect(await found(fileWith('a.json', '[[{"text":"one"}], 5]'))).toEqual({
    documents: [],
    told: ['a.json:1: Not a JSON object.', 'a.json:1: Not a JSON object.'],
  });
});

test.each([
  ['a.json', 'var data = [{"text":"one; two"}];\n', 'JSON'],
  ['a.jsonl', 'text\none\n', 'JSON Lines'],
  ['a.xlsx', 'no workbook\n', 'Excel'],
  ['a.pdf', 'no PDF\n', 'PDF'],
  ['a.csv', '<!DOCTYPE html><html><body><form>Log in</form></body></html>\n', 'CSV'],
  ['a.xls', '<html><body><table><tr><td>1</td><td>one</td></tr></table></body></html>\n', 'Excel'],
])('%s that is none is not read as lines of text', async (name, content, kind) => {
  expect(await refusal(fileWith(name, content))).toBe(`"${name}" is no ${kind} file, whatever it is called.`);
});

test('a table that a program calls xls, or a person txt, is a table', async () => {
  expect(await formatIn(fileWith('a.txt', 'id\ttext\n1\tone two\n2\tthree four\n'))).toBe('csv');
  expect(await textsIn(fileWith('b.txt', 'one, two\nthree\n'))).toEqual(['one, two', 'three']);
  expect(await formatIn(fileWith('a.xls', 'id\ttext\n1\tone two\n2\tthree four\n'))).toBe('csv');
});

test("records with data and labels of their own are not Label Studio's", async () => {
  const path = fileWith('a.jsonl', jsonl({ data: { text: 'one two' }, labels: ['late'] }));
  expect((await inShort(path)).documents).toEqual(['- | one two | done late']);
});

test("a field called Comments is not doccano's list of comments", async () => {
  const path = fileWith('a.jsonl', jsonl({ Comments: 'the service was slow and rude', Rating: 3 }));
  expect(await textsIn(path)).toEqual(['the service was slow and rude']);
});

test('an older export of doccano is known though its first record has no labels', async () => {
  const record = (id: number, annotations: object[]) => ({
    id,
    text: `text ${id}`,
    annotations,
    meta: {},
    annotation_approver: null,
  });
  const path = fileWith('a.jsonl', jsonl(record(1, []), record(2, [{ label: 3, user: 1 }])));
  const { documents, problems } = await inShort(path);
  expect([documents, problems]).toEqual([
    ['1 | text 1'],
    [expect.stringContaining('numbers of a label list')],
  ]);
});

test("answers of Argilla's server: drafts stay drafts, what was discarded is skipped", async () => {
  const response = (status: string, value: string[], user_id: string) => ({
    values: { topic: { value } },
    status,
    user_id,
  });
  const record = {
    id: 'a1',
    fields: { text: 'one' },
    responses: [
      response('submitted', ['late'], 'u1'),
      response('draft', ['price'], 'u2'),
      response('discarded', ['price'], 'u3'),
    ],
    suggestions: [{ question_name: 'topic', value: ['late'], score: [0.5] }],
  };
  expect((await inShort(fileWith('a.json', [record]))).documents).toEqual([
    'a1 | one | done closed late @u1 | draft open price @u2 | skipped open @u3',
  ]);
  const nested = {
    ...record,
    responses: { topic: [{ value: ['price'], status: 'draft', user_id: 'u2' }] },
    suggestions: {},
  };
  expect((await inShort(fileWith('a.json', [nested]))).documents).toEqual([
    'a1 | one | draft open price @u2',
  ]);
});

test.each([
  [(labels: string[]) => ({ annotation: { labels, user: 'ada' } })],
  [(labels: string[]) => ({ output: { label: labels[0] ?? null } })],
])('labels within the object of an answer are labels', async (answer) => {
  const rows = [['late'], ['price'], []].map((labels, i) => ({ text: `text ${i}`, ...answer(labels) }));
  const { documents } = await found(fileWith('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')));
  expect(documents.slice(0, 2).map(({ labels }) => labels)).toEqual([{ late: 'yes' }, { price: 'yes' }]);
});

test.each([
  ['what is called so elsewhere', { status: { label: 'open' } }, { 'status.label': 'open' }],
  [
    'where the record has labels of its own',
    { tags: ['late'], output: { label: 'x' } },
    { 'output.label': 'x' },
  ],
])('a label within an object stays a field: %s', async (_, more, meta) => {
  const { documents } = await found(fileWith('a.jsonl', JSON.stringify({ text: 'It came late.', ...more })));
  expect(documents[0]?.meta).toEqual(meta);
});
