import { expect, test } from 'vitest';
import { fileWith, inShort } from './support.ts';

test('CSV with a column per label carries yes, no and undecided', async () => {
  const csv = `id,text,split,late delivery,refund,praise
d1,"The box came late, money back.",train,1,1,0
d2,Closed on Monday.,train,0,0,0
d3,Kind people!,test,,,1
d4,Not opened yet.,,,,
d5,"Two
lines",,x,?,N
`;
  expect((await inShort(fileWith('a.csv', csv))).documents).toEqual([
    'd1 | The box came late, money back. | train | done open late delivery refund -praise',
    'd2 | Closed on Monday. | train | done open -late delivery -refund -praise',
    'd3 | Kind people! | test | draft open praise',
    'd4 | Not opened yet.',
    'd5 | Two\nlines | draft open late delivery -praise',
  ]);
});

test.each([
  ['JSON', '"[""late, really"",""refund""]"', '[]'],
  ['Python', `"['late, really', ""refund""]"`, '[]'],
])('CSV with a %s list in a column', async (_, list, none) => {
  const csv = `id,text,labels\nd1,first text,${list}\nd2,second text,${none}\nd3,third text,\n`;
  expect((await inShort(fileWith('a.csv', csv))).documents).toEqual([
    'd1 | first text | done late, really refund',
    'd2 | second text | done',
    'd3 | third text',
  ]);
});

test.each(['|', ';', '#'])('CSV with labels separated by %s', async (separator) => {
  const rows = [`a${separator}b`, 'b', `a ${separator} c`].map(
    (labels, i) => `${i},some text ${i},${labels}`,
  );
  expect((await inShort(fileWith('a.csv', `id,text,labels\n${rows.join('\n')}\n`))).documents).toEqual([
    '0 | some text 0 | done a b',
    '1 | some text 1 | done b',
    '2 | some text 2 | done a c',
  ]);
});

test('CSV with several rows of labels joined by ; though none repeats', async () => {
  const csv = 'id,text,labels\n1,some text,a;b c\n2,other text,d;e\n3,third text,f\n';
  expect((await inShort(fileWith('a.csv', csv))).documents).toEqual([
    '1 | some text | done a b c',
    '2 | other text | done d e',
    '3 | third text | done f',
  ]);
});

test('one cell with a ; is one label, unless a part of it repeats', async () => {
  const csv = 'id,text,labels\n1,some text,a;b\n2,other text,c\n';
  expect((await inShort(fileWith('a.csv', csv))).documents).toEqual([
    '1 | some text | done a;b',
    '2 | other text | done c',
  ]);
});

test('CSV in long form: a row per decision', async () => {
  const csv = 'text,category_name,label\nKind people!,praise,true\nKind people!,refund,false\n';
  expect((await inShort(fileWith('a.csv', csv))).documents).toEqual([
    '- | Kind people! | draft open praise',
    '- | Kind people! | draft open -refund',
  ]);
});

test('other delimiters, and column names that are given', async () => {
  expect((await inShort(fileWith('a.tsv', 'id\ttext\n1\tone two\n2\tthree\n'))).documents).toHaveLength(2);
  expect(
    (
      await inShort(fileWith('a.csv', 'nr;words;more\n1;one, two;p\n2;three;q\n'), {
        columns: [
          { column: 'words', role: 'text' },
          { column: 'nr', role: 'id' },
        ],
      })
    ).documents,
  ).toEqual(['1 | one, two', '2 | three']);
  await expect(inShort(fileWith('a.csv', 'a,b\none two three four,five six seven eight\n'))).rejects.toThrow(
    'which column',
  );
  await expect(
    inShort(fileWith('a.csv', 'a,b\n1,2\n'), { columns: [{ column: 'c', role: 'text' }] }),
  ).rejects.toThrow('no column "c"');
});
