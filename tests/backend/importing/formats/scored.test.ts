import { expect, test } from 'vitest';
import { lookAt } from '../../../../backend/importing/read.ts';
import { fileWith, found, jsonl } from './support.ts';

const TEXTS = ['It came late today', 'Too expensive for me'];
const scored = (...labels: object[]) => jsonl(...labels.map((more, i) => ({ text: TEXTS[i], ...more })));

test.each([
  [
    'objects',
    'a.jsonl',
    scored(
      {
        labels: [
          { label: 'late', score: 0.9 },
          { label: 'price', score: 0.2 },
        ],
      },
      {
        labels: [
          { label: 'late', score: 0.1 },
          { label: 'price', score: 0.8 },
        ],
      },
    ),
  ],
  [
    'pairs',
    'a.jsonl',
    scored(
      { labels: [['late', 0.9]] },
      {
        labels: [
          ['price', 0.8],
          ['late', 0.2],
        ],
      },
    ),
  ],
  [
    'an object',
    'a.json',
    JSON.stringify([
      { text: TEXTS[0], labels: { late: 0.8, price: 0.1 } },
      { text: TEXTS[1], labels: { late: 0, price: 1 } },
    ]),
  ],
  [
    'a cell',
    'a.csv',
    `text,labels\n${TEXTS[0]},"{'late': 0.8, 'price': 0.1}"\n${TEXTS[1]},"{'late': 0.2, 'price': 0.7}"\n`,
  ],
  [
    'a cell of objects',
    'a.csv',
    `text,labels\n${TEXTS[0]},"[{'label': 'late', 'score': 0.9}]"\n${TEXTS[1]},"[{'label': 'price', 'score': 0.8}]"\n`,
  ],
  [
    'lists beside each other',
    'a.jsonl',
    scored(
      { labels: ['late', 'price'], scores: [0.9, 0.1] },
      { labels: ['price', 'late'], scores: [0.6, 0.4] },
    ),
  ],
])(
  'labels with scores (%s) are nobody’s decisions until someone takes them for such',
  async (_, name, text) => {
    const path = fileWith(name, text);
    const { documents, told } = await found(path);
    expect(documents.map((one) => [one.text, one.labels])).toEqual(TEXTS.map((one) => [one, undefined]));
    expect(told).toEqual([expect.stringContaining("is nobody's decision")]);
    expect((await lookAt(path, {})).columns?.listed).toEqual(['labels']);

    const said = { columns: [{ column: 'labels', role: 'labels' as const }] };
    expect((await found(path, said)).documents[0]?.labels).toMatchObject({ late: 'yes' });
    expect((await found(path, said)).documents[1]?.labels).toMatchObject({ price: 'yes' });
    const high = await found(path, { ...said, cutoff: 0.95 });
    expect(high.documents[0]?.labels).toMatchObject({ late: 'no' });
  },
);

test('categories with fractions are what spaCy found, those of 0 and 1 what someone decided', async () => {
  const rows = [{ cats: { late: 1, price: 0 } }, { cats: { late: 0.2, price: 0.7 } }];
  const model = await found(fileWith('a.jsonl', scored(...rows)));
  expect(model.documents.map(({ labels }) => labels)).toEqual([undefined, undefined]);
  expect(model.documents[1]?.meta).toEqual({ 'cats.late': 0.2, 'cats.price': 0.7 });
  const person = await found(fileWith('a.jsonl', scored(rows[0]!, { cats: { late: false, price: true } })));
  expect(person.documents.map(({ labels }) => labels)).toEqual([
    { late: 'yes', price: 'no' },
    { late: 'no', price: 'yes' },
  ]);
});

test('a score among names of labels costs its row, which says why', async () => {
  const text = scored({ labels: ['late'] }, { labels: [{ label: 'late', score: 0.9 }] });
  const { documents, told } = await found(fileWith('a.jsonl', text));
  expect(documents.map(({ labels }) => labels)).toEqual([{ late: 'yes' }]);
  expect(told).toEqual(['a.jsonl:2: Its labels have scores, which are nobody’s decisions.']);
});

test('a column of nothing but labels of the project is told, whatever it is called, and decides nothing', async () => {
  const known = ['Late', 'Price', 'Other'];
  const of = async (text: string) => {
    const path = fileWith('a.csv', text);
    const { documents } = await found(path, { known });
    return [(await lookAt(path, { known })).columns?.listed, documents[0]?.labels];
  };
  expect(await of('text,about\nIt came late today,late\nToo dear for me,"price, other"\n')).toEqual([
    ['about'],
    undefined,
  ]);
  expect(await of('It came late today,late\nToo dear for me,price\n')).toEqual([['column 2'], undefined]);
  expect(await of('text,about\nIt came late today,late\nToo dear for me,weather\n')).toEqual([[], undefined]);
});

test('labels beside a column of scores are decisions, and it is told that a model may have given them', async () => {
  const rows = (...scores: unknown[]) => scored(...scores.map((score) => ({ label: 'late', score })));
  const one = await found(fileWith('a.jsonl', rows(0.93, 1)));
  expect(one.documents[0]?.labels).toEqual({ late: 'yes' });
  expect(one.told).toEqual([
    'a.jsonl: The labels in "label" were taken for a person\'s decisions: if a model gave them, as "score" may mean, keep them beside the text.',
  ]);
  expect((await found(fileWith('a.jsonl', rows(4, 5)))).told).toEqual([]);
  expect((await found(fileWith('a.jsonl', rows(1, 0)))).told).toEqual([]);
});

test('a column that is called as a label and says something else than yes and no is told', async () => {
  const path = fileWith(
    'a.csv',
    'text,late,price\nIt came late today,2,0\nToo dear for me,0,1\nA third one,1,0\n',
  );
  const { columns } = await lookAt(path, { known: ['late', 'price'] });
  expect(columns?.columns.map(({ role }) => role)).toEqual(['text', 'meta', 'label']);
  expect(columns?.possible).toEqual(['late']);
  expect((await lookAt(path, {})).columns?.possible).toEqual([]);
});
