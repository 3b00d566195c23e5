import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { fileWith, formatIn, found, refusal } from './support.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const WORDS = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const RELATIONS = 'http://schemas.openxmlformats.org';

/** A document as Word writes it, with this body (ECMA-376 part 1, 17.2). */
function word(body: string): Uint8Array {
  const parts: Readonly<Record<string, string>> = {
    '[Content_Types].xml': `<Types xmlns="${RELATIONS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${OFFICE}.document.main+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${RELATIONS}/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `<w:document xmlns:w="${WORDS}"><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `<w:styles xmlns:w="${WORDS}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/_rels/document.xml.rels': `<Relationships xmlns="${RELATIONS}/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`,
  };
  return zipSync(
    Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(XML + text)])),
  );
}

const paragraph = (text: string, style = '') =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
const BODY = `${paragraph('Complaints', 'Heading1')}${paragraph('It came late &amp; wet.')}<w:tbl><w:tr>${cell('day')}${cell('Monday')}</w:tr></w:tbl>${paragraph('Praise', 'Heading1')}${paragraph('Good.')}`;

test('text with headings and tables, whole and split at headings', async () => {
  const path = fileWith('letter.docx', word(BODY));
  expect(await formatIn(path)).toBe('docx');
  expect(await found(path)).toEqual({
    documents: [
      { id: 'letter.docx', text: 'Complaints\n\nIt came late & wet.\n\nday\n\nMonday\n\nPraise\n\nGood.' },
    ],
    told: [],
  });
  expect((await found(path, { split: 'heading' })).documents).toEqual([
    {
      id: 'letter.docx#1',
      text: 'Complaints\n\nIt came late & wet.\n\nday\n\nMonday',
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
  expect(await refusal(fileWith('a.docx', word(BODY).slice(0, 700)))).toMatch(/^"a.docx" is /);
  expect((await found(fileWith('a.docx', word('')))).told).toEqual(['a.docx: The text is empty.']);
});
