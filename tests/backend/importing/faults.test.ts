import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImportOptions } from '../../../backend/importing/options.ts';
import { readDocuments } from '../../../backend/importing/read.ts';
import type { DocumentRecord, ImportProblem } from '../../../backend/records.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string, options: ImportOptions = {}) {
  const documents: DocumentRecord[] = [];
  const problems: ImportProblem[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'document') documents.push(item.document);
    else if (item.kind === 'problem') problems.push(item.problem);
  }
  return { documents, problems };
}

test.each(['', '\uFEFF', '  \n\n '])('1: a file of nothing (%j) is empty', async (content) => {
  await expect(read(file('a.csv', content))).rejects.toThrow('"a.csv" is empty.');
});

test.each([
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['PK\x03\x04stuff', "can't be unpacked"],
  ['%PDF-1.7', 'no readable PDF'],
  ['SQLite format 3\0', 'an SQLite database'],
  [`\0${'\x01\x02\x03'.repeat(100)}`, 'not a text file'],
])('2: %j is recognised by its content', async (start, what) => {
  await expect(read(file('a.csv', Buffer.from(start, 'latin1')))).rejects.toThrow(what);
});

test('3: a quote that is never closed costs its row at most', async () => {
  const good = 'id,text\n1,a\n2,b\n3,c\n4,d\n5,e\n';
  const { documents } = await read(file('a.csv', `${good}6,"never closed\n7,x\n8,y\n`));
  expect(documents.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e', '"never closed', 'x', 'y']);
  const long = await read(file('a.csv', `${good}6,"${'never closed\n'.repeat(300_000)}`));
  expect(long.documents).toHaveLength(6);
  expect(long.problems).toHaveLength(299_999);
});

test('4: too many columns, and a cell that is too long', async () => {
  const columns = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',');
  await expect(read(file('a.csv', `${columns}\n`))).rejects.toThrow(
    /more than the 1000 columns that can be read/,
  );
  const long = `id,text,note\n1,fine text,${'x'.repeat(2 * 1024 * 1024)}\n2,good text,y\n`;
  const { documents, problems } = await read(file('a.csv', long));
  expect(documents.map(({ externalId }) => externalId)).toEqual(['2']);
  expect(problems[0]!.reason).toContain('longer than a million');
});

test('5: mixed line ends give the rows of plain ones', async () => {
  const texts = async (csv: string) => (await read(file('a.csv', csv))).documents.map(({ text }) => text);
  expect(await texts('id,text\r\n1,a b\n2,"c\r\nd"\r3,e')).toEqual(
    await texts('id,text\n1,a b\n2,"c\nd"\n3,e'),
  );
});

test('6: encodings: UTF-16 by its mark, others by their letters or as they are said', async () => {
  const csv = 'id,text\n1,Größe über alles\n';
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, 'utf16le')]);
  expect((await read(file('a.csv', utf16))).documents[0]!.text).toBe('Größe über alles');
  const latin = file('a.csv', Buffer.from(csv, 'latin1'));
  expect((await read(latin)).documents[0]!.text).toBe('Größe über alles');
  expect((await read(latin, { encoding: 'windows-1252' })).documents[0]!.text).toBe('Größe über alles');
  await expect(read(latin, { encoding: 'klingon' })).rejects.toThrow('no encoding');
  const marked = `\uFEFF${csv}`;
  expect((await read(file('a.csv', marked))).documents[0]!.externalId).toBe('1');
});

test('7: NUL, lone surrogates, right-to-left marks and piles of accents are kept', async () => {
  const texts = ['a\0b', 'x\uD800y', 'abc\u202Edef', `e${'\u0301'.repeat(10_000)}`, '\uFEFFin\uFEFFside'];
  const rows = texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
  expect((await read(file('a.jsonl', rows))).documents.map(({ text }) => text)).toEqual(texts);
});

test('8: broken lines of JSONL are named, the rest is read', async () => {
  const rows = [
    '{"text":"one"}',
    '{"text":"two"}',
    '{"text":',
    '{"text":"four"}',
    'null',
    '{"text":"six"}',
    '{"x":1}',
    '{"text":" "}',
    '[1]',
  ];
  const { documents, problems } = await read(file('a.jsonl', rows.join('\n')));
  expect(documents.map(({ text }) => text)).toEqual(['one', 'two', 'four', 'six']);
  expect(problems.map(({ place, reason }) => `${place.line} ${reason}`)).toEqual([
    expect.stringMatching(/^3 Not valid JSON/),
    '5 Not a JSON object.',
    '7 The text is missing.',
    '8 The text is empty.',
    '9 Not a JSON object.',
  ]);
});

test('8: a broken element of a JSON array is named, the rest is read; a cut file is refused', async () => {
  const { documents, problems } = await read(
    file('a.json', '[\n{"text":"one"},\n{"text":},\n{"text":"three, [with] {brackets}"}\n]\n'),
  );
  expect(documents.map(({ text }) => text)).toEqual(['one', 'three, [with] {brackets}']);
  expect(problems[0]!.place).toMatchObject({ record: 2, line: 3 });
  await expect(read(file('a.json', '[{"text":"one"},{"text":"tw'))).rejects.toThrow('ends in the middle');
  await expect(read(file('a.json', '[{"text":"one"}] more'))).rejects.toThrow('after the end');
});

test('9: deep nesting is refused without overflowing', async () => {
  const deep = `{"text":"x","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  for (const path of [
    file('a.jsonl', `{"text":"one"}\n${deep}\n`),
    file('a.json', `[{"text":"one"},${deep}]`),
  ]) {
    const { documents, problems } = await read(path);
    expect(documents).toHaveLength(1);
    expect(problems[0]!.reason).toContain('levels deep');
  }
});

test('10: __proto__ and constructor are plain keys', async () => {
  const row =
    '{"text":"one","labels":["__proto__","constructor"],"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}';
  const { documents } = await read(file('a.jsonl', row));
  expect(({} as { x?: number }).x).toBeUndefined();
  expect([...documents[0]!.annotations[0]!.decisions.keys()]).toEqual(['__proto__', 'constructor']);
  const csv = await read(file('a.csv', 'text,__proto__,toString\nsome text here,1,0\n'));
  expect([...csv.documents[0]!.annotations[0]!.decisions]).toEqual([
    ['__proto__', 'yes'],
    ['toString', 'no'],
  ]);
});

test('11: ids stay as they are written', async () => {
  const ids = ['12345678901234567890', '1e3', '-0', '1.0'];
  const rows = [...ids.map((id) => `{"id":${id},"text":"t ${id}"}`), '{"id":"007","text":"t"}'].join('\n');
  expect((await read(file('a.jsonl', rows))).documents.map(({ externalId }) => externalId)).toEqual([
    ...ids,
    '007',
  ]);
  const csv = `id,text\n${[...ids, '007'].map((id) => `${id},some text`).join('\n')}\n`;
  expect((await read(file('a.csv', csv))).documents.map(({ externalId }) => externalId)).toEqual([
    ...ids,
    '007',
  ]);
});

test('21: a file cut while it is read gives its rows or a named error', async () => {
  const path = file('a.jsonl', '{"text":"a text of some length to fill the buffer"}\n'.repeat(200_000));
  let count = 0;
  const run = (async () => {
    for await (const item of readDocuments(path, {})) {
      if (item.kind === 'document') count += 1;
      if (count === 100) truncateSync(path, 1_000_000);
    }
  })();
  await run.catch((error: Error) => expect(error.message).toContain('a.jsonl'));
  expect(count).toBeGreaterThan(99);
  appendFileSync(path, '{"text":"more"}\n');
});

test('22: folders, pipes, devices and links that lead nowhere are named and nothing hangs', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'folder'));
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
  symlinkSync(join(dir, 'circle'), join(dir, 'circle'));
  expect(await read(join(dir, 'folder'))).toMatchObject({ documents: [] });
  await expect(read(join(dir, 'pipe'))).rejects.toThrow('a pipe');
  await expect(read('/dev/zero')).rejects.toThrow('"zero" is a device, not a file.');
  await expect(read(join(dir, 'dangling'))).rejects.toThrow('no file');
  await expect(read(join(dir, 'circle'))).rejects.toThrow('a link that leads to itself');
  await expect(read(join(dir, 'none'))).rejects.toThrow('no file');
});

test('23: file names of any kind work', async () => {
  for (const name of [
    'ümlaut 😀.csv',
    'new\nline.csv',
    ' space .csv',
    '-first.csv',
    `${'x'.repeat(200)}.csv`,
  ]) {
    expect((await read(file(name, 'id,text\n1,hello\n'))).documents).toHaveLength(1);
  }
});

test('any text survives JSONL, a JSON array and CSV', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }).filter((t) => t.trim() !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (texts) => {
      const wanted = texts.map((t) => t.replace(/\r\n?/g, '\n'));
      const rows = texts.map((t, i) => ({ id: `i${i}`, text: t }));
      const jsonl = await read(file('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')));
      expect(jsonl.documents.map((d) => d.text)).toEqual(wanted);
      const json = await read(file('a.json', JSON.stringify(rows, null, 1)));
      expect(json.documents.map((d) => d.text)).toEqual(wanted);
      const safe = texts.map((t) => t.toWellFormed());
      const csv = `id,text\n${safe.map((t, i) => `i${i},"${t.replaceAll('"', '""')}"`).join('\n')}\n`;
      const table = await read(file('a.csv', csv), { format: 'csv' });
      expect(table.documents.map((d) => d.text)).toEqual(safe.map((t) => t.replace(/\r\n?/g, '\n')));
    }),
    { numRuns: 60 },
  );
});

test('a large file streams: 300,000 rows in little memory', async () => {
  const path = file(
    'a.csv',
    `id,text\n${Array.from({ length: 300_000 }, (_, i) => `${i},a short text number ${i} about nothing in particular`).join('\n')}\n`,
  );
  const before = process.memoryUsage().heapUsed;
  let highest = 0;
  let count = 0;
  for await (const _ of readDocuments(path, {})) {
    count += 1;
    if (count % 20_000 === 0) highest = Math.max(highest, process.memoryUsage().heapUsed - before);
  }
  expect(count).toBe(300_000);
  expect(highest).toBeLessThan(250 * 1024 * 1024);
}, 30_000);

test('a first record beyond what is looked at first is recognised all the same', async () => {
  const options = [{ id: 'late', text: 'late' }];
  const long = { text: 'x'.repeat(200_000), options, accept: ['late'], answer: 'accept' };
  const short = { text: 'short', options, accept: [], answer: 'accept' };
  for (const path of [
    file('a.jsonl', `${JSON.stringify(long)}\n${JSON.stringify(short)}\n`),
    file('a.json', JSON.stringify([long, short])),
  ]) {
    const { documents } = await read(path);
    expect(documents.map(({ annotations }) => [...annotations[0]!.decisions])).toEqual([
      [['late', 'yes']],
      [['late', 'no']],
    ]);
  }
});
