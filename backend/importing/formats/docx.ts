import { BackendError } from '../../errors.ts';
import { budgetOf } from '../budget.ts';
import { allBytes } from '../bytes.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat } from '../format.ts';
import { htmlBlocks } from '../htmlBlocks.ts';
import { documentsOf } from '../parts.ts';
import { unpackedSize, zipNames } from '../zipNames.ts';

/** Word: its text with headings, lists, tables and notes; pictures and layout are left out. */
export const docx: DocumentFormat = {
  id: 'docx',
  name: 'Word',
  endings: { '.docx': 'Word', '.docm': 'Word' },
  binary: true,
  takes: ['split'],
  absence: 'said',
  splits: ['heading', 'paragraph', 'sentences'],
  sniff: async (file) =>
    [...(await zipNames(file))].some((name) => name.startsWith('word/')) ? { kind: 'bytes' } : null,
  async *read(file, { split }) {
    const { blocks } = await htmlBlocks([await htmlOf(file)]);
    yield* documentsOf(file.name, { blocks, meta: [] }, split);
  },
};

async function htmlOf(file: ImportFile): Promise<string> {
  const { default: mammoth } = await import('mammoth');
  const buffer = await allBytes(file.bytes, file.name);
  try {
    (file.budget ?? budgetOf(file.name, buffer.length)).check(await unpackedSize(file));
    const { value } = await mammoth.convertToHtml(
      { buffer },
      { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), externalFileAccess: false },
    );
    return value;
  } catch (error) {
    throw error instanceof BackendError ? error : broken(file.name, error);
  }
}

const broken = (name: string, error: unknown) =>
  new BackendError(
    'docx_broken',
    `"${name}" is no readable Word document.`,
    'Open it in the program that it comes from, and save it anew.',
    error,
    { name },
  );
