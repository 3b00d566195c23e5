import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { excelSafe } from '../../../../backend/files/csvSafety.ts';
import { fileWith, found } from './support.ts';

const OURS = 'id,text,split,status,annotator,comment,late';
const RESULTS = 'id,text,result,late,late: from,late: decided,late: probability';
const REFUSED = 'entail_line,entail_reason,id,text';
const LONG = 'document_id,text,category_name,label';

/** Cells behind id and text. */
const REST: Readonly<Record<string, string>> = {
  [OURS]: ',,done,ada,,1',
  [RESULTS]: ',late,yes,person,yes,0.9',
  [REFUSED]: '',
  [LONG]: ',late,true',
};

const TEXTS: readonly (readonly [string, string])[] = [
  ['=a', '- too late'],
  ['-7', "'- an apostrophe more"],
  ['8', "it's fine as it is"],
];

const tableOf = (header: string, rows: readonly (readonly [string, string])[]): string[][] => [
  header.split(','),
  ...rows.map(([id, text]) => [
    ...(header === REFUSED ? ['7', 'The text is empty.'] : []),
    ...[id, text],
    ...REST[header]!.split(',').slice(1),
  ]),
];
const guarded = (rows: readonly (readonly [string, string])[]) =>
  rows.map(([id, text]) => [excelSafe(id), excelSafe(text)] as const);
const csv = (rows: readonly string[][]) => rows.map((row) => `${row.join(',')}\n`).join('');
const cellsIn = async (name: string, content: string | Uint8Array) =>
  (await found(fileWith(name, content))).documents.map(({ id, text }) => [id, text]);

test.each([OURS, RESULTS, REFUSED, LONG])(
  'what we wrote so that no spreadsheet runs it comes back as it was: %s',
  async (header) => {
    const safe = tableOf(header, guarded(TEXTS));
    expect(await cellsIn('a.csv', `\uFEFF${csv(safe)}`)).toEqual(TEXTS);
    // What was written without apostrophes has all of its own.
    expect(await cellsIn('a.csv', csv(tableOf(header, TEXTS)))).toEqual(TEXTS);
  },
);

test.each([OURS, RESULTS, REFUSED])(
  'so does what a spreadsheet has saved since, which loses the mark: %s',
  async (header) => {
    const rows = tableOf(header, guarded(TEXTS));
    expect(await cellsIn('a.csv', csv(rows))).toEqual(TEXTS);
    const sheets = [{ name: 'S', rows }];
    expect(await cellsIn('a.xlsx', await writeXlsx({ sheets }))).toEqual(TEXTS);
    expect(await cellsIn('a.ods', await writeOds({ sheets }))).toEqual(TEXTS);
    const typed = [...rows, ...tableOf(header, [['9', '- typed since']]).slice(1)];
    expect(await cellsIn('a.csv', csv(typed))).toEqual([...TEXTS, ['9', '- typed since']]);
  },
);

test.each(['id,text,late', LONG, 'id,text,split'])(
  'other people’s apostrophes stay, whatever they stand before: %s',
  async (header) => {
    const rows = guarded(TEXTS).map((row) => `${row.join(',')}${REST[header] ?? ',1'}`);
    const own = await cellsIn('a.csv', `${header}\n${rows.join('\n')}\n`);
    expect(own).toEqual(guarded(TEXTS));
  },
);
