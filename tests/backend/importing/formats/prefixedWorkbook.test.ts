import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { messyWorkbook } from '../../../support/messyWorkbook.ts';
import { fileWith, found } from './support.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A workbook whose names all have this prefix, as libraries of .NET write them. */
const prefixed = (bytes: Uint8Array, prefix: string, quote = '"'): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(unzipSync(bytes)).map(([name, part]) => {
        const text = strFromU8(part);
        if (!text.includes(`xmlns="${MAIN}"`)) return [name, part];
        const own = text
          .replace(/<(\/?)(?=\w+[\s/>])/g, `<$1${prefix}:`)
          .replace(`xmlns="${MAIN}"`, `xmlns:${prefix}="${MAIN}"`)
          .replace(/ (ref|r:id|formatCode)="([^"']*)"/g, ` $1=${quote}$2${quote}`);
        return [name, strToU8(own)];
      }),
    ),
  );

const rows = [
  ['id', 'text', 'label', 'sum'],
  [1, 'The parcel came late.', 'delivery', 4],
  [2, 'It was wet and torn.', null, 4],
  [3, 'Much too dear for this.', 'price', null],
];
const merges = [{ startRow: 1, endRow: 2, startCol: 2, endCol: 2 }];
const hidden = { name: 'Old', rows: [['text'], ['It was hidden here.']], hidden: true };
const cells = new Map([
  ['1,1', { value: 'The parcel came late.', hyperlink: { target: 'https://example.org/' } }],
  ['3,3', { formula: 'A2*4' }],
]);
const padded = new Map([['1,0', { value: 1, style: { numFmt: '00000' } }]]);

test.each([
  ['x', '"'],
  ['x', "'"],
  ['a-b.c', '"'],
])(
  'a workbook whose names have the prefix %s and attributes in %s is read as one without',
  async (prefix, quote) => {
    const workbooks = [
      await writeXlsx({ sheets: [{ name: 'Reviews', rows, merges, cells }, hidden] }),
      await writeXlsx({ sheets: [{ name: 'Reviews', rows, merges, cells: padded }, hidden] }),
      messyWorkbook(120, 30).bytes,
    ];
    for (const bytes of workbooks) {
      const plain = await found(fileWith('a.xlsx', bytes));
      expect(plain.documents.length).toBeGreaterThan(2);
      expect(plain.told.length).toBeGreaterThan(0);
      expect(plain.documents[1]?.labels).toBeDefined();
      expect(await found(fileWith('a.xlsx', prefixed(bytes, prefix, quote)))).toEqual(plain);
    }
  },
);
