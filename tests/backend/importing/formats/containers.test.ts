import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../support/temporary.ts';
import { fileWith, formatIn, found, refusal, textsIn } from './support.ts';

const TABLE = 'id,text,labels\n1,It came late.,late\n2,It was wet.,wet\n';
const ROWS = [
  { id: '1', text: 'It came late.', labels: { late: 'yes' } },
  { id: '2', text: 'It was wet.', labels: { wet: 'yes' } },
];
const zipped = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        typeof content === 'string' ? strToU8(content) : content,
      ]),
    ) as Zippable,
  );

test('a packed table is read as the table', async () => {
  const gz = fileWith('a.csv.gz', gzipSync(TABLE));
  expect([await formatIn(gz), await found(gz)]).toEqual(['gzip', { documents: ROWS, told: [] }]);
  const zip = fileWith('a.zip', zipped({ 'inner/a.csv': TABLE }));
  expect([await formatIn(zip), await found(zip)]).toEqual(['zip', { documents: ROWS, told: [] }]);
  const both = fileWith('b.zip', zipped({ 'a.csv.gz': gzipSync(TABLE) }));
  expect((await found(both)).documents).toEqual(ROWS);
});

test('texts in an archive are documents, called as they lie there; what is not read is told', async () => {
  const zip = fileWith(
    'a.zip',
    zipped({
      'b/2.txt': 'two\nlines',
      '1.txt': 'one',
      'c.csv': TABLE,
      'x.exe': 'MZ',
      '__MACOSX/1.txt': 'no',
    }),
  );
  expect(await found(zip)).toEqual({
    documents: [
      { id: '1.txt', text: 'one' },
      { id: 'b/2.txt', text: 'two\nlines' },
      ...ROWS.map((row) => ({ ...row, meta: { file: 'c.csv' } })),
    ],
    told: ['a.zip: One file in it was not read, since nothing is known to read such files: x.exe.'],
  });
});

test('a folder is read like an archive: what is wrong with one file is told, the others are read', async () => {
  const folder = join(temporaryFolder(), 'mails');
  mkdirSync(join(folder, 'b', '.hidden'), { recursive: true });
  writeFileSync(join(folder, 'a.txt'), 'one\n\ntwo');
  writeFileSync(join(folder, 'b', 'a.txt'), 'three');
  writeFileSync(join(folder, 'b', 'empty.txt'), ' ');
  writeFileSync(join(folder, 'b', '.hidden', 'c.txt'), 'hidden');
  writeFileSync(join(folder, 'photo.png'), '\x89PNG');
  expect(await formatIn(folder)).toBe('folder');
  expect(await found(folder)).toEqual({
    documents: [
      { id: 'a.txt', text: 'one\n\ntwo' },
      { id: 'b/a.txt', text: 'three' },
    ],
    told: [
      'b/empty.txt: "b/empty.txt" is empty. Choose a file with documents.',
      'mails: One file in it was not read, since nothing is known to read such files: photo.png.',
    ],
  });
});

test('an archive that leads out of itself, a cut one, an empty one and a locked one', async () => {
  const evil = zipped({ 'aa/evil.txt': 'x' });
  const bytes = Buffer.from(evil);
  for (let at = bytes.indexOf('aa/evil'); at >= 0; at = bytes.indexOf('aa/evil', at + 1))
    bytes.write('../evil', at);
  expect(await refusal(fileWith('a.zip', bytes))).toBe(
    '"a.zip" has a file whose name leads out of it: "../evil.txt".',
  );
  const whole = zipped({ 'a.csv': TABLE });
  expect(await refusal(fileWith('a.zip', whole.slice(0, 60)))).toBe(
    '"a.zip" is damaged, or was cut: it can\'t be unpacked.',
  );
  expect(await refusal(fileWith('a.csv.gz', gzipSync(TABLE).subarray(0, 30)))).toBe(
    '"a.csv.gz" is damaged, or was cut: it can\'t be unpacked.',
  );
  expect(await refusal(fileWith('a.zip', zipped({})))).toBe('"a.zip" is an archive without files.');
  expect(await refusal(fileWith('a.zip', zipped({ 'a.exe': 'MZ' })))).toBe(
    '"a.zip" has no file that can be read: a.exe.',
  );
  const locked = Buffer.from(whole);
  // The flags of the entry, where it begins and in the list at the end (APPNOTE.TXT 4.4.4).
  locked[6]! |= 1;
  locked[locked.indexOf('PK\x01\x02') + 8]! |= 1;
  expect(await refusal(fileWith('a.zip', locked))).toBe('"a.zip" is encrypted.');
});

test('bombs end in a sentence: much out of little, and archives in archives in archives', async () => {
  const lines = Buffer.alloc(70 * 1024 * 1024, `${'x '.repeat(500)}\n`);
  const sentence = /^"a.*" unpacks to more than 100 times its size\.$/;
  expect(await refusal(fileWith('a.txt.gz', gzipSync(lines)))).toMatch(sentence);
  const part = lines.subarray(0, 14 * 1024 * 1024);
  const bomb = zipSync(Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.txt`, part])));
  expect(await refusal(fileWith('a.zip', bomb))).toMatch(sentence);
  let nested = zipped({ 'a.txt': 'deep' });
  for (let i = 0; i < 5; i++) nested = zipped({ 'a.zip': nested });
  expect(await refusal(fileWith('a.zip', nested))).toMatch(/lies in a packed file in a packed file/);
});

test('names that are UTF-8 and do not say so are read as that', async () => {
  const bytes = Buffer.from(zipSync({ 'a1.txt': strToU8('one'), 'a2.txt': strToU8('two') }));
  // "ä" is two bytes, as "a1" is.
  const renamed = Buffer.from(bytes.toString('latin1').replaceAll('a1.txt', '\xc3\xa4.txt'), 'latin1');
  const { documents } = await found(fileWith('a.zip', renamed));
  expect(documents.map(({ id }) => id)).toEqual(['a2.txt', 'ä.txt']);
});

test('a TAR archive is called one', async () => {
  const bytes = Buffer.alloc(1024);
  bytes.write('a.txt', 0);
  bytes.write('ustar', 257);
  expect(await refusal(fileWith('a.tar', bytes))).toBe('"a.tar" is a TAR archive.');
});

test('what is packed in other ways, presentations, OpenDocument texts and XML are called what they are', async () => {
  const called = (name: string, content: string | Uint8Array) => refusal(fileWith(name, content));
  const bzip2 = Buffer.from('425a6839314159265359ec1e3bf30000035980001040003fe7dc', 'hex');
  expect(await called('a.csv.bz2', bzip2)).toBe('"a.csv.bz2" is a bzip2 archive.');
  expect(await called('a.xz', Buffer.from('fd377a585a000004e6d6b446', 'hex'))).toBe(
    '"a.xz" is an XZ archive.',
  );
  expect(await called('a.rar', Buffer.from('526172211a070100abcdef', 'hex'))).toBe(
    '"a.rar" is a RAR archive.',
  );
  const slides = zipped({
    '[Content_Types].xml': '<Types/>',
    'ppt/presentation.xml': '',
    'ppt/embeddings/a.csv': TABLE,
  });
  expect(await called('a.pptx', slides)).toBe('"a.pptx" is a presentation.');
  const mime = 'application/vnd.oasis.opendocument';
  const packageOf = (type: string) =>
    zipSync({ mimetype: [strToU8(type), { level: 0 }], 'a.txt': strToU8('x') });
  expect(await called('a.odp', packageOf(`${mime}.presentation`))).toBe('"a.odp" is a presentation.');
  expect(await called('a.odt', packageOf(`${mime}.text`))).toBe('"a.odt" is an OpenDocument file.');
  const xml = '<?xml version="1.0"?>\n<reviews>\n<review>It came late.</review>\n</reviews>\n';
  expect(await called('a.xml', xml)).toBe('"a.xml" is an XML file.');
  expect((await found(fileWith('a.xml', xml), { format: 'text' })).documents).toHaveLength(4);
});

test('an archive of one text is read as that text, a line each; of several each is a document', async () => {
  const texts = { 'in/a.txt': strToU8('one two\nthree four\n') };
  const alone = fileWith('a.zip', zipSync(texts));
  expect(await textsIn(alone)).toEqual(['one two', 'three four']);
  const several = fileWith('b.zip', zipSync({ ...texts, 'in/b.txt': strToU8('five six\nseven\n') }));
  expect(await textsIn(several)).toEqual(['one two\nthree four\n', 'five six\nseven\n']);
});
