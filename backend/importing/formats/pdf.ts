import type { PDFDocumentProxy } from 'unpdf/pdfjs';
import { BackendError } from '../../errors.ts';
import type { MetaValue } from '../../records.ts';
import { allBytes } from '../bytes.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, Note } from '../format.ts';
import { LIMITS } from '../options.ts';
import { type Block, documentsOf } from '../parts.ts';
import { linesOfPage, paragraphsOf } from '../pdfLines.ts';

const MOST_PAGES = 20_000;

/** The text that a PDF carries, page by page; what is only an image of text has none. */
export const pdf: DocumentFormat = {
  id: 'pdf',
  name: 'PDF',
  endings: { '.pdf': 'PDF' },
  binary: true,
  takes: ['split'],
  absence: 'said',
  splits: ['page', 'paragraph', 'sentences'],
  // Some programs write something before it (ISO 32000, annex H.3.4.1).
  sniff: ({ start }) => (start.subarray(0, 1024).includes('%PDF-') ? { kind: 'bytes' } : null),
  async *read(file, { split, onBytes }) {
    const { blocks, without, pages, meta } = await textOf(file, onBytes);
    if (blocks.length === 0) throw scanned(file.name);
    if (without.length > 0) yield noteOn(file.name, without, pages);
    yield* documentsOf(file.name, { blocks, meta }, split);
  },
};

interface PdfText {
  readonly blocks: readonly Block[];
  /** Pages without text. */
  readonly without: readonly number[];
  readonly pages: number;
  readonly meta: readonly (readonly [string, MetaValue])[];
}

async function textOf(
  file: ImportFile,
  onBytes: ((read: number, total: number) => void) | undefined,
): Promise<PdfText> {
  const { getDocumentProxy } = await import('unpdf');
  const bytes = new Uint8Array(await allBytes(file.bytes, file.name));
  let document: PDFDocumentProxy | undefined;
  try {
    document = await getDocumentProxy(bytes, { verbosity: 0, maxImageSize: 1 });
    const pages = document.numPages;
    if (pages > MOST_PAGES) throw tooManyPages(file.name);
    const blocks: Block[] = [];
    const without: number[] = [];
    let units = 0;
    for (let number = 1; number <= pages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const found = paragraphsOf(linesOfPage(items)).map((text) => ({ text, page: number }));
      page.cleanup();
      units += found.reduce((sum, { text }) => sum + text.length, 0);
      if (units > LIMITS.record) throw tooLong(file.name);
      if (found.length === 0) without.push(number);
      blocks.push(...found);
      onBytes?.(number, pages);
    }
    const { info } = await document.getMetadata().catch(() => ({ info: {} }));
    return { blocks, without, pages, meta: [['pages', pages], ...metaIn(info)] };
  } catch (error) {
    throw inWords(file.name, error);
  } finally {
    // Also of what failed: it goes on with its pages otherwise, and fails behind our back.
    await document?.loadingTask.destroy().catch(() => {});
  }
}

function metaIn(info: object): [string, MetaValue][] {
  const fields = info as Readonly<Record<string, unknown>>;
  return (['Title', 'Author'] as const).flatMap((name): [string, MetaValue][] => {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== ''
      ? [[name.toLowerCase(), value.slice(0, 1000)]]
      : [];
  });
}

/** "3, 5 to 7" */
function ranges(pages: readonly number[]): string {
  const found: [number, number][] = [];
  for (const page of pages) {
    const last = found.at(-1);
    if (last && last[1] === page - 1) last[1] = page;
    else found.push([page, page]);
  }
  const shown = found.slice(0, 10).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${shown.join(', ')}${found.length > 10 ? ' …' : ''}`;
}

const noteOn = (file: string, without: readonly number[], pages: number): Note => ({
  kind: 'note',
  place: { file },
  text: `${without.length} of ${pages} pages have no text, being empty or images: ${ranges(without)}.`,
});

const scanned = (name: string) =>
  new BackendError(
    'pdf_scanned',
    `"${name}" has no text: its pages are images, as a scanner makes them, or empty.`,
    'Have a program recognise its text (OCR), and import what that saves.',
    undefined,
    { name },
  );

const tooManyPages = (name: string) =>
  new BackendError(
    'document_too_long',
    `"${name}" has more than ${MOST_PAGES} pages.`,
    'Divide it.',
    undefined,
    {
      name,
    },
  );

const tooLong = (name: string) =>
  new BackendError(
    'document_too_long',
    `"${name}" is longer than 20 million characters, too much for one document.`,
    'Divide it.',
    undefined,
    { name },
  );

function inWords(name: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  if (error instanceof Error && error.name === 'PasswordException')
    return new BackendError(
      'file_encrypted',
      `"${name}" is encrypted.`,
      'Save it without a password.',
      error,
      { name },
    );
  return new BackendError('pdf_broken', `"${name}" is no readable PDF.`, 'Get the file again.', error, {
    name,
  });
}
