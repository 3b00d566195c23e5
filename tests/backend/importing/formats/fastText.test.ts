import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, formatIn, inShort } from './support.ts';

test('fastText as doccano writes it: quoted lines, line breaks, labels with spaces, comments', async () => {
  const lines = `"__label__late delivery __label__say ""hi"" The parcel came late.
Two lines, ""quoted"". __comment__not sure __comment__ask Ben"
 Nothing of all this. 
" Unlabelled, with a comma "
"__label__praise

After an empty line, __label__ is a word."
__label__C# Half done 
__label__late delivery It came late. 
`;
  const path = fileWith('back.txt', lines);
  const known = ['late delivery', 'late', 'say "hi"', 'praise', 'C#'];
  expect((await inShort(path, { known })).documents).toEqual([
    '- | The parcel came late.\nTwo lines, "quoted". | done late delivery say "hi"',
    '- | Nothing of all this.',
    '- | Unlabelled, with a comma',
    '- | After an empty line, __label__ is a word. | done praise',
    '- | Half done | done C#',
    '- | It came late. | done late delivery',
  ]);
  const comments: unknown[] = [];
  for await (const item of readDocuments(path, { known }))
    if (item.kind === 'document') comments.push(item.document.annotations[0]?.comment);
  expect(comments[0]).toBe('not sure\nask Ben');
  // A quote that nothing closes is a character; the lines after it are their own.
  const torn = `"__label__late A, b"\n"__label__late Torn, never closed\n__label__late ${'Long. '.repeat(700_000)}\n__label__praise Kind!\n`;
  const found = (await inShort(fileWith('torn.txt', torn))).documents;
  expect(found).toHaveLength(4);
  expect(found[3]).toBe('- | Kind! | done praise');
  // Not doccano's: a comma without quotes.
  const plain = '__label__late A, b\n"Well" __label__x he said\n__label__praise Kind!\n';
  expect((await inShort(fileWith('plain.txt', plain))).documents).toEqual([
    '- | A, b | done late',
    '- | "Well" __label__x he said',
    '- | Kind! | done praise',
  ]);
});

test('fastText: labels before the text', async () => {
  const fasttext =
    '__label__late_delivery __label__refund The box was late.\n__label__praise Kind people!\nnothing here\n';
  expect((await inShort(fileWith('f.txt', fasttext))).documents).toEqual([
    '- | The box was late. | done late_delivery refund',
    '- | Kind people! | done praise',
    '- | nothing here',
  ]);
});

test('a table whose texts end with what looks like a label is a table', async () => {
  const path = fileWith(
    'sleuth.csv',
    'id,text,other\n1,a __label__x,true\n2,b __label__y,true\n3,c __label__z,no\n',
  );
  expect((await inShort(path)).documents).toHaveLength(3);
  const lines = fileWith('lines.txt', 'text and more __label__x,y\nb __label__y\n');
  expect((await inShort(lines)).documents).toEqual(['- | text and more | done x,y', '- | b | done y']);
});

test('fastText is known by one line with a label, wherever it is: most documents may have none yet', async () => {
  const none = Array.from({ length: 150 }, (_, i) => `the weather is nice, and "so" on ${i}`);
  const lines = [...none, '__label__price __label__C# too expensive', 'an __label__ is a word', ...none];
  const { documents } = await inShort(fileWith('few.txt', `${lines.join('\n')}\n`));
  expect(documents).toHaveLength(lines.length);
  expect(documents.slice(150, 152)).toEqual([
    '- | too expensive | done price C#',
    '- | an __label__ is a word',
  ]);
  const last = [...none.slice(0, 8), 'too expensive __label__price'].join('\n');
  expect((await inShort(fileWith('last.txt', last))).documents.at(-1)).toBe('- | too expensive | done price');
});

test.each([
  ['prose.txt', 'fastText reads lines.\nThe prefix is __label__\n__label__\nThen comes the text.\n'],
  ['about.txt', `${'It reads lines of text.\n'.repeat(12)}Each begins with __label__x\n`],
  ['table.txt', 'text\tlabel\na b\tx\n__label__y is what it said\ty\nc d\tx\n'],
  ['cells.csv', 'Anliegen;Thema\na b;x\n__label__y is what it said;y\nc d;x\n'],
])('what only mentions labels is no fastText: %s', async (name, text) => {
  expect(await formatIn(fileWith(name, text))).toBe(
    name.startsWith('prose') || name.startsWith('about') ? 'text' : 'csv',
  );
});

test.each([
  ['\n', 4000],
  ['\r\n', 40_000],
])('fastText: the first label may come after any number of texts: %j, %i', async (end, before) => {
  const lines = [
    ...Array.from({ length: before }, (_, i) => `The parcel of customer ${i} came late.`),
    '__label__late The parcel came late again.',
    'It came on time.',
  ];
  const { documents } = await inShort(fileWith('late.txt', `${lines.join(end)}${end}`));
  expect(documents.slice(-2)).toEqual([
    '- | The parcel came late again. | done late',
    '- | It came on time.',
  ]);
  // Words like labels within texts are none.
  const words = lines.map((line) => line.replace('__label__', 'a __label__'));
  expect(await formatIn(fileWith('words.txt', words.join(end)))).toBe('text');
});
