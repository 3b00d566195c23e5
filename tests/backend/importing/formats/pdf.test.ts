import { expect, test } from 'vitest';
import { type Line, pdfFile } from '../../../support/officeFiles.ts';
import { fileWith, formatIn, found, refusal } from './support.ts';

const PAGES: Line[][] = [
  [['Complaints'], ['It came well-', 40], ['packed and late.'], ['It was wet.', 40]],
  [],
  [['The last page.']],
];
const META = { pages: 3, title: 'The report', author: 'Ada' };
const NOTE = 'a.pdf: 1 of 3 pages have no text, being empty or images: 2.';

test('paragraphs of all pages, and which page has none', async () => {
  const path = fileWith('a.pdf', pdfFile(PAGES));
  expect(await formatIn(path)).toBe('pdf');
  expect(await found(path)).toEqual({
    documents: [
      {
        id: 'a.pdf',
        text: 'Complaints\n\nIt came well-packed and late.\n\nIt was wet.\n\nThe last page.',
        meta: META,
      },
    ],
    told: [NOTE],
  });
});

test('a page is a document with its number', async () => {
  expect((await found(fileWith('a.pdf', pdfFile(PAGES)), { split: 'page' })).documents[1]).toEqual({
    id: 'a.pdf#page=3',
    text: 'The last page.',
    meta: { ...META, file: 'a.pdf', page: 3, part: 2 },
  });
});

test('scanned, locked, cut and broken ones', async () => {
  expect(await refusal(fileWith('a.pdf', pdfFile([[], []])))).toBe(
    '"a.pdf" has no text: its pages are images, as a scanner makes them, or empty.',
  );
  const key = '0'.repeat(64);
  const locked = pdfFile(
    PAGES,
    `/ID [<${key}> <${key}>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`,
  );
  expect(await refusal(fileWith('a.pdf', locked))).toBe('"a.pdf" is encrypted.');
  expect(await refusal(fileWith('a.pdf', pdfFile(PAGES).subarray(0, 300)))).toBe(
    '"a.pdf" is no readable PDF.',
  );
  expect(await refusal(fileWith('a.pdf', '%PDF-1.7 and nothing'))).toBe('"a.pdf" is no readable PDF.');
});
