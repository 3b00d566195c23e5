import { expect, test } from 'vitest';
import { fileWith, formatIn, found, refusal } from './support.ts';

/** A line, and how far below the one before it stands, in points. */
type Line = readonly [text: string, gap?: number];

/** A PDF of these pages, written by hand (ISO 32000-1, 7.5). */
function pdf(pages: readonly (readonly Line[])[], trailer = ''): Buffer {
  const objects = ['<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'];
  const parent = 2 + 2 * pages.length;
  for (const lines of pages) {
    let y = 760;
    const body = lines
      .map(([text, gap = 14]) => {
        y -= gap;
        return `BT /F1 12 Tf 72 ${y} Td (${text}) Tj ET`;
      })
      .join('\n');
    objects.push(`<< /Length ${body.length} >>\nstream\n${body}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 612 792] /Contents ${objects.length} 0 R /Resources << /Font << /F1 1 0 R >> >> >>`,
    );
  }
  const kids = pages.map((_, i) => `${3 + 2 * i} 0 R`).join(' ');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push(`<< /Type /Catalog /Pages ${parent} 0 R >>`);
  objects.push('<< /Title (The report) /Author (Ada) >>');
  let out = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  out += `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${size} /Root ${size - 2} 0 R /Info ${size - 1} 0 R ${trailer} >>\nstartxref\n${out.length}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

const PAGES: Line[][] = [
  [['Complaints'], ['It came well-', 40], ['packed and late.'], ['It was wet.', 40]],
  [],
  [['The last page.']],
];
const META = { pages: 3, title: 'The report', author: 'Ada' };
const NOTE = 'a.pdf: 1 of 3 pages have no text, being empty or images: 2.';

test('paragraphs of all pages, and which page has none', async () => {
  const path = fileWith('a.pdf', pdf(PAGES));
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
  expect((await found(fileWith('a.pdf', pdf(PAGES)), { split: 'page' })).documents[1]).toEqual({
    id: 'a.pdf#page=3',
    text: 'The last page.',
    meta: { ...META, file: 'a.pdf', page: 3, part: 2 },
  });
});

test('scanned, locked, cut and broken ones', async () => {
  expect(await refusal(fileWith('a.pdf', pdf([[], []])))).toBe(
    '"a.pdf" has no text: its pages are images, as a scanner makes them, or empty.',
  );
  const key = '0'.repeat(64);
  const locked = pdf(
    PAGES,
    `/ID [<${key}> <${key}>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`,
  );
  expect(await refusal(fileWith('a.pdf', locked))).toBe('"a.pdf" is encrypted.');
  expect(await refusal(fileWith('a.pdf', pdf(PAGES).subarray(0, 300)))).toBe('"a.pdf" is no readable PDF.');
  expect(await refusal(fileWith('a.pdf', '%PDF-1.7 and nothing'))).toBe('"a.pdf" is no readable PDF.');
});
