import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { wordFile } from '../../../support/officeFiles.ts';
import { fileWith, formatIn, found, refusal } from './support.ts';

const paragraph = (text: string, style = '') =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
const BODY = `${paragraph('Complaints', 'Heading1')}${paragraph('It came late &amp; wet.')}<w:tbl><w:tr>${cell('day')}${cell('Monday')}</w:tr></w:tbl>${paragraph('Praise', 'Heading1')}${paragraph('Good.')}`;

test('text with headings and tables, whole and split at headings', async () => {
  const path = fileWith('letter.docx', wordFile(BODY));
  expect(await formatIn(path)).toBe('docx');
  expect(await found(path)).toEqual({
    documents: [
      { id: 'letter.docx', text: 'Complaints\n\nIt came late & wet.\n\nday\tMonday\n\nPraise\n\nGood.' },
    ],
    told: [],
  });
  expect((await found(path, { split: 'heading' })).documents).toEqual([
    {
      id: 'letter.docx#1',
      text: 'Complaints\n\nIt came late & wet.\n\nday\tMonday',
      meta: { file: 'letter.docx', heading: 'Complaints', part: 1 },
    },
    {
      id: 'letter.docx#2',
      text: 'Praise\n\nGood.',
      meta: { file: 'letter.docx', heading: 'Praise', part: 2 },
    },
  ]);
});

test('a damaged document, a cut one, and one without text', async () => {
  const broken = fileWith('a.docx', zipSync({ 'word/document.xml': strToU8('<w:document') }));
  expect(await refusal(broken)).toBe('"a.docx" is no readable Word document.');
  expect(await refusal(fileWith('a.docx', wordFile(BODY).slice(0, 700)))).toMatch(/^"a.docx" is /);
  expect((await found(fileWith('a.docx', wordFile('')))).told).toEqual(['a.docx: The text is empty.']);
});

test('deleted words are none, lists have dashes, tabs and line breaks stay', async () => {
  const body = `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:tabs><w:tab w:pos="1"/></w:tabs></w:pPr><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>three</w:t></w:r></w:ins></w:p>`;
  const { documents } = await found(fileWith('a.docx', wordFile(body)));
  expect(documents[0]?.text).toBe('- one\ttwo\nthree');
});

test('moved text stands where it was moved to, and hidden text nowhere', async () => {
  const run = (text: string, look = '') => `<w:r>${look && `<w:rPr>${look}</w:rPr>`}<w:t>${text}</w:t></w:r>`;
  const body = `<w:p><w:moveFrom w:id="1">${run('Moved.')}</w:moveFrom></w:p>${paragraph('Middle.')}<w:p><w:moveTo w:id="2">${run('Moved.')}</w:moveTo></w:p><w:p>${run('For the author.', '<w:vanish/>')}${run('Seen.', '<w:vanish w:val="0"/>')}</w:p>`;
  const { documents } = await found(fileWith('a.docx', wordFile(body)));
  expect(documents.map(({ text }) => text)).toEqual(['Middle.\n\nMoved.\n\nSeen.']);
});
