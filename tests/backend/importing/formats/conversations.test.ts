import { expect, test } from 'vitest';
import { fileWith, formatIn, found, jsonl } from './support.ts';

const turns = (...said: [string, unknown][]) => said.map(([role, content]) => ({ role, content }));
const first = {
  id: 'c1',
  messages: turns(['user', 'Where is it?'], ['assistant', 'On its way.']),
  topic: 'late',
};
const second = {
  id: 'c2',
  messages: turns(
    ['system', 'Be kind.'],
    ['user', [{ type: 'image' }, { type: 'text', text: 'See this.' }]],
    ['assistant', null],
  ),
  topic: 'wet',
};
const TEXTS = ['user: Where is it?\nassistant: On its way.', 'system: Be kind.\nuser: See this.'];

test.each([
  ['lines', 'a.jsonl', jsonl(first, second)],
  ['one line', 'a.jsonl', jsonl(first)],
  ['an array', 'a.json', JSON.stringify([first, second])],
  ['one object over lines', 'a.json', JSON.stringify(first, null, 1)],
  ['within an object', 'a.json', JSON.stringify({ chats: [first, second] })],
  ['beside tools', 'a.json', JSON.stringify({ ...first, tools: [{ name: 'track' }] })],
])('a conversation is one document, with a line per turn: %s', async (_, name, text) => {
  const { documents, told } = await found(fileWith(name, text));
  expect(documents.map((one) => one.text)).toEqual(TEXTS.slice(0, documents.length));
  expect(documents[0]).toMatchObject({ id: 'c1', meta: { topic: 'late' } });
  expect(told).toEqual([
    `${name}: Each conversation in "messages" is one document, with a line for each that speaks.`,
  ]);
});

test('conversations as they are kept for training are found, too; lists of people are none', async () => {
  const shared = {
    conversations: [
      { from: 'human', value: 'Where?' },
      { from: 'gpt', value: 'Here.' },
    ],
  };
  const texts = async (value: object) =>
    (await found(fileWith('a.jsonl', jsonl(value)))).documents.map(({ text }) => text);
  expect(await texts(shared)).toEqual(['human: Where?\ngpt: Here.']);
  expect(
    await texts({
      answers: [
        { role: 'Manager', content: 'It came late.' },
        { role: 'Cook', content: 'It was wet.' },
      ],
    }),
  ).toEqual(['It came late.', 'It was wet.']);
});

test('an array without its brackets is read, with a comma at the ends of lines or between objects', async () => {
  const rows = [
    { text: 'one', labels: ['a'] },
    { text: 'two, three', labels: ['b'] },
  ].map((row) => JSON.stringify(row));
  for (const text of [
    rows.map((row) => `${row},\n`).join(''),
    rows.join(' ,\r\n'),
    rows.join(', '),
    rows.join(''),
  ]) {
    const { documents, told } = await found(fileWith('a.jsonl', text));
    expect(documents.map((one) => one.text)).toEqual(['one', 'two, three']);
    expect(told).toEqual([]);
  }
});

test('an array is JSON, lines of objects are JSON Lines, whatever the file is called', async () => {
  const rows = [{ text: 'one' }, { text: 'two' }];
  for (const name of ['a.json', 'a.jsonl']) {
    expect(await formatIn(fileWith(name, JSON.stringify(rows)))).toBe('json');
    expect(await formatIn(fileWith(name, jsonl(...rows)))).toBe('jsonl');
  }
  expect(await formatIn(fileWith('a.json', jsonl(rows[0])))).toBe('json');
});
