import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { exportFormats } from '../../backend/exporting/index.ts';
import { importFormats } from '../../backend/importing/formats/all.ts';
import { type ImportOptions, ROLES, SPLITS } from '../../backend/importing/options.ts';
import { exampleSource } from '../backend/exporting/source.ts';
import { pdfFile, wordFile } from '../support/officeFiles.ts';
import { mutateBytes, mutateJsonLines, Random } from './mutate.ts';

interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file for a reader, and how it is asked to read it. */
export interface ReaderInput {
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly options: ImportOptions;
  readonly way: 'columns' | 'rows' | 'documents';
}

/** A small file of every format that we write, by our own exporters, and two of others. */
function seeds(): Seed[] {
  const source = exampleSource(['a good text', 'another, "quoted"\ntext', '=1+1'], ['price', 'b c', 'd']);
  const made = [...exportFormats.values()].map(({ name, extension, write }) => ({
    name: `${name}${extension}`,
    bytes: Buffer.concat([...write(source, { includeUnfinished: true })].map((part) => Buffer.from(part))),
  }));
  return [
    ...made,
    { name: 'plain.txt', bytes: Buffer.from('one line\nanother line\n\nlast') },
    {
      name: 'lists.tsv',
      bytes: Buffer.from('id\ttext\tlabels\n1\tgood text here\ta|b\n2\tbad text here\ta\n'),
    },
  ];
}

/** Files that people have, of formats that we do not write. */
async function foreignSeeds(): Promise<Seed[]> {
  const rows = [
    ['id', 'text', 'labels'],
    [1, 'a good text', 'price'],
    [2, 'another one', 'b c'],
  ];
  const sheets = [
    { name: 'One', rows },
    { name: 'Two', rows },
  ];
  const mail =
    'From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?Q?late?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>It=20was wet.</p>\r\n--x--\r\n';
  const table = Buffer.from('id,text\n1,one text\n2,two texts\n');
  const archive = zipSync({ 'a.csv': table, 'b/c.txt': Buffer.from('one'), 'd.csv.gz': gzipSync(table) });
  return [
    { name: 'a.xlsx', bytes: await writeXlsx({ sheets }) },
    // Not packed: what is changed is in its XML.
    { name: 'b.xlsx', bytes: zipSync(unzipSync(await writeXlsx({ sheets })), { level: 0 }) },
    { name: 'a.ods', bytes: await writeOds({ sheets }) },
    { name: 'a.docx', bytes: wordFile('<w:p><w:r><w:t>It came late.</w:t></w:r></w:p>') },
    { name: 'a.pdf', bytes: pdfFile([[['One line'], ['Another']], [['The last']]]) },
    {
      name: 'a.html',
      bytes: Buffer.from(
        '<!DOCTYPE html><title>t</title><h1>One</h1><p>two<table><tr><td>3</td></tr></table>',
      ),
    },
    { name: 'a.md', bytes: Buffer.from('# One\n\nTwo.\n\n```\ncode\n```\n') },
    { name: 'a.eml', bytes: Buffer.from(mail) },
    {
      name: 'a.mbox',
      bytes: Buffer.from(`From a@example.org Fri Jan  3 10:00:00 2025\n${mail}\nFrom b 2025\n${mail}`),
    },
    { name: 'a.zip', bytes: archive },
    { name: 'a.csv.gz', bytes: gzipSync(table) },
    { name: 'table.json', bytes: Buffer.from('{"columns":["id","text"],"data":[[1,"one"],[2,"two"]]}') },
  ];
}

const foreign = await foreignSeeds();

let all: readonly Seed[] | undefined;

/** The input that belongs to a number. */
export function readerInput(number: number): ReaderInput {
  all ??= [...seeds(), ...foreign];
  const random = new Random(number);
  const seed = random.pick(all);
  const structured = seed.name.endsWith('.jsonl') && random.integer(2) === 0;
  const bytes = structured
    ? mutateJsonLines(Buffer.from(seed.bytes).toString(), random)
    : mutateBytes(seed.bytes, random.pick(all).bytes, random);
  const options = optionsBy(random);
  const way = random.integer(10);
  return {
    extension: extname(seed.name),
    bytes,
    options,
    way: way === 0 ? 'columns' : way === 1 ? 'rows' : 'documents',
  };
}

const optionsBy = (random: Random): ImportOptions => ({
  ...(random.integer(4) === 0 && { split: random.pick(SPLITS) }),
  ...(random.integer(10) === 0 && { sheet: random.pick(['Two', 'nope']) }),
  ...(random.integer(4) === 0 && { format: random.pick([...importFormats.keys()]) }),
  ...(random.integer(10) === 0 && {
    encoding: random.pick(['windows-1252', 'utf-16le', 'shift_jis', 'nonsense']),
  }),
  ...(random.integer(6) === 0 && {
    columns: [
      { column: random.pick(['text', '__proto__', 'id', 'nope']), role: random.pick(ROLES) },
      { column: random.pick(['labels', 'toString', 'title']), role: random.pick(ROLES) },
    ],
  }),
  ...(random.integer(10) === 0 && { delimiter: random.pick(['', ',', ';', '\t', '~']) }),
  ...(random.integer(10) === 0 && { quote: random.pick(['', '"', "'"]) }),
  ...(random.integer(10) === 0 && { escape: random.pick(['"', '\\']) }),
  ...(random.integer(10) === 0 && { header: random.integer(2) === 0 }),
  ...(random.integer(10) === 0 && { separator: random.pick(['', ',', '|', '#']) }),
  ...(random.integer(10) === 0 && { cutoff: 0.3 }),
});
