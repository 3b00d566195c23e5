import { expect, test } from 'vitest';
import { fileWith, found, inShort, jsonl } from './support.ts';

/** What a cell under "labels" says, in a table with two more rows. */
async function labelsOf(cell: string) {
  const quoted = `"${cell.replaceAll('"', '""')}"`;
  const path = fileWith('a.csv', `id,text,labels\n1,one two three,${quoted}\n2,four,late\n3,five,late\n`);
  const { documents, told } = await found(path);
  return documents[0]?.id === '1' ? (documents[0].labels ?? null) : told;
}

test.each([
  ['late\nprice', { late: 'yes', price: 'yes' }],
  ['[late, price]', { late: 'yes', price: 'yes' }],
  ['[late]', { late: 'yes' }],
  ['{late,price}', { late: 'yes', price: 'yes' }],
  ['{late}', { late: 'yes' }],
  ["{'late': 1, 'price': 0}", { late: 'yes', price: 'no' }],
  ['{"late": false, "price": true}', { late: 'no', price: 'yes' }],
  ["{'late': None}", null],
  ['[{"name": "late", "color": "red"}]', { late: 'yes' }],
  ['N/A', null],
])('a cell of labels: %j', async (cell, labels) => {
  expect(await labelsOf(cell)).toEqual(labels);
});

test('a list that was cut costs its row, and makes no labels of its pieces', async () => {
  expect(await labelsOf("['late', 'pri")).toEqual(['a.csv:2: The list of labels is broken.']);
});

test('records with objects for labels, or a yes and no for each; parts of texts and scores are no labels', async () => {
  const path = fileWith(
    'a.jsonl',
    jsonl(
      { text: 'one', labels: [{ name: 'late' }, { name: 'price' }] },
      { text: 'two', labels: { late: 1, price: 0 } },
      { text: 'three', labels: [{ label: 'late', score: 0.9 }] },
      { text: 'four', labels: [{ label: 'PER', start: 0, end: 2 }] },
    ),
  );
  expect(await inShort(path)).toEqual({
    documents: ['- | one | done late price', '- | two | done open -price late'],
    problems: ['3: Its labels have scores, which are nobody’s decisions.', '4: A label is no string.'],
  });
});

test('labels in one text of a record are parted as in a cell', async () => {
  const path = fileWith(
    'a.jsonl',
    jsonl({ text: 'one', labels: 'late, price' }, { text: 'two', labels: 'late' }),
  );
  expect((await inShort(path)).documents).toEqual(['- | one | done late price', '- | two | done late']);
});

test.each([
  ['on', 'off'],
  ['☒', '☐'],
  ['✅', '❌'],
  ['PRAWDA', 'FAŁSZ'],
  ['vero', 'falso'],
  ['是', '否'],
])('columns of %s and %s are labels', async (yes, no) => {
  const path = fileWith('a.csv', `id,text,late\n1,one,${yes}\n2,two,${no}\n3,three,\n`);
  expect((await inShort(path)).documents).toEqual([
    '1 | one | done open late',
    '2 | two | done open -late',
    '3 | three',
  ]);
});

test('probabilities in percent and with a decimal comma', async () => {
  const columns = [{ column: 'late', role: 'label' as const }];
  const path = fileWith('a.csv', 'id;text;late\n1;one;93 %\n2;two;0,07\n3;three;12%\n4;four;0,8\n');
  expect((await inShort(path, { columns })).documents).toEqual([
    '1 | one | done open late',
    '2 | two | done open -late',
    '3 | three | done open -late',
    '4 | four | done open late',
  ]);
});

test('fastText: labels may stand behind the texts; in a table such a word is one of its cell', async () => {
  const path = fileWith('a.txt', 'one two three __label__late __label__wet\nfour five __label__price\n');
  expect((await inShort(path)).documents).toEqual([
    '- | one two three | done wet late',
    '- | four five | done price',
  ]);
  const mixed = fileWith('b.txt', '__label__late one two\n__label__late three __label__x\n');
  expect((await inShort(mixed)).documents).toEqual([
    '- | one two | done late',
    '- | three __label__x | done late',
  ]);
  const table = fileWith('c.csv', 'id,text\n1,one __label__late\n2,two __label__late\n');
  expect((await inShort(table)).documents).toEqual(['1 | one __label__late', '2 | two __label__late']);
});

test.each([
  ['label', 'value'],
  ['Label', 'applies'],
  ['label_name', 'decision'],
])('a row for each label says in another column whether it applies: %s, %s', async (name, value) => {
  const rows = [
    { text: 'It came late.', name: 'late', value: 1 },
    { text: 'It came late.', name: 'price', value: 0 },
    { text: 'All is fine.', name: 'late', value: 0 },
  ];
  const csv = [`text,${name},${value}`, ...rows.map((row) => Object.values(row).join(','))].join('\n');
  const lines = rows.map((row) => JSON.stringify({ text: row.text, [name]: row.name, [value]: row.value }));
  for (const path of [fileWith('a.csv', csv), fileWith('a.jsonl', lines.join('\n'))])
    expect((await found(path)).documents.map(({ labels }) => labels)).toEqual([
      { late: 'yes' },
      { price: 'no' },
      { late: 'no' },
    ]);
});

test('amounts beside labels, and what is true or false beside yes and no, decide nothing of them', async () => {
  const amounts = 'text,label,value\nIt came late.,late,1\nIt is dear.,price,3\n';
  const { documents } = await found(fileWith('a.csv', amounts));
  expect(documents.map(({ labels }) => labels)).toEqual([{ late: 'yes' }, { price: 'yes' }]);
  const both = 'text,label,value\nIt came late.,yes,1\nIt is dear.,no,0\n';
  const { documents: each } = await found(fileWith('a.csv', both));
  expect(each.map(({ labels }) => labels)).toEqual([
    { label: 'yes', value: 'yes' },
    { label: 'no', value: 'no' },
  ]);
});

test.each([
  ['Label 1', 'Label 2', 'Label 3'],
  ['topic_1', 'topic_2', 'topic_3'],
  ['Code1', 'Code2', 'Code3'],
])('columns that are numbered have a label of the row each: %s', async (...names) => {
  const rows = [
    ['one two three', 'late', 'price', ''],
    ['four five six', 'price', '', ''],
    ['seven eight', '', '', ''],
  ];
  const read = async (cells: readonly (readonly string[])[]) =>
    (await found(fileWith('a.csv', [['text', ...names], ...cells].join('\n')))).documents;
  expect((await read(rows)).map(({ labels }) => labels)).toEqual([
    { late: 'yes', price: 'yes' },
    { price: 'yes' },
    undefined,
  ]);
  const own = { [names[0]!]: 'yes', [names[1]!]: 'no', [names[2]!]: 'yes' };
  expect(
    (
      await read([
        ['one two three', '1', '0', '1'],
        ['four', '0', '0', '1'],
      ])
    )[0]?.labels,
  ).toEqual(own);
  // Numbers are no names, and sentences are none.
  for (const cell of ['17', 'this is what somebody else wrote of it'])
    expect((await read([['one two three four five six seven', cell, 'late', '']]))[0]).not.toHaveProperty(
      'labels',
    );
});

test.each([
  ['a.csv', 'text,mood,late\none two,1,1\nthree,0,0\nfour,-1,\n'],
  [
    'a.jsonl',
    jsonl({ text: 'one', mood: 1, late: 1 }, { text: 'two', mood: 0 }, { text: 'three', mood: -1 }),
  ],
])('-1 beside yes and no is open, which is told: %s', async (name, content) => {
  const { documents, told } = await found(fileWith(name, content));
  expect(documents[2]).not.toHaveProperty('labels');
  expect(told).toEqual([
    `${name}: -1 under "mood" was read as undecided: where it stands for something else, write words in place of the numbers.`,
  ]);
});
