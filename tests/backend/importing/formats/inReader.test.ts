import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { writeOds } from 'hucre/ods';
import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/bounded.ts';
import { pdfFile, wordFile } from '../../../support/officeFiles.ts';
import { fileWith } from './support.ts';

const SHEETS = { sheets: [{ name: 'S', rows: [['text'], ['It came late.']] }] };
const WORD = wordFile('<w:p><w:r><w:t>It came late.</w:t></w:r></w:p>');

/** A reader forbids its libraries what they may do elsewhere: each has to be tried within one. */
test.each([
  ['a.xlsx', await writeXlsx(SHEETS)],
  ['a.ods', await writeOds(SHEETS)],
  ['a.docx', WORD],
  ['a.pdf', pdfFile([[['It came late.']]])],
  ['a.html', Buffer.from('<!DOCTYPE html><p>It came late.')],
  ['a.eml', Buffer.from('From: a@b.c\nTo: d@e.f\n\nIt came late.\n')],
  ['a.txt.gz', gzipSync('It came late.')],
  ['a.zip', zipSync({ 'a.docx': WORD })],
])('%s in the process that reads', async (name, bytes) => {
  const texts: string[] = [];
  for await (const item of readDocuments(fileWith(name, bytes), {}))
    texts.push(item.kind === 'document' ? item.document.text : JSON.stringify(item));
  expect(texts).toEqual(['It came late.']);
});
