import { BackendError } from '../../errors.ts';
import { budgetOf } from '../budget.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat } from '../format.ts';
import { type Block, documentsOf } from '../parts.ts';
import { headingStyles, wordBlocks } from '../wordBlocks.ts';
import { entryText, unpackedSize, zipNames } from '../zipNames.ts';

/**
 * Word: its text with headings, lists, tables and notes; pictures, comments, headers and footers are left out. The library
 * for it (mammoth) changes prototypes, which readers forbid.
 */
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
    yield* documentsOf(file.name, { blocks: await blocksOf(file), meta: [] }, split);
  },
};

async function blocksOf(file: ImportFile): Promise<Block[]> {
  (file.budget ?? budgetOf(file.name, file.bytes.size ?? 0)).check(await unpackedSize(file));
  const relations = await entryText(file, '_rels/.rels');
  const main = /<(?:[\w.-]+:)?Relationship\b[^>]*\/officeDocument["'][^>]*>/.exec(relations)?.[0] ?? '';
  const path = (/\bTarget=["']\/?([^"']*)["']/.exec(main)?.[1] ?? '') || 'word/document.xml';
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const headings = await headingStyles(await entryText(file, `${folder}styles.xml`));
  const blocks = await wordBlocks(await entryText(file, path), headings);
  if (blocks === null) throw broken(file.name);
  const notes: typeof blocks = [];
  for (const name of ['footnotes.xml', 'endnotes.xml'])
    for (const block of (await wordBlocks(await entryText(file, folder + name), headings)) ?? [])
      notes.push(block);
  return [...blocks, ...notes];
}

const broken = (name: string) =>
  new BackendError(
    'docx_broken',
    `"${name}" is no readable Word document.`,
    'Open it in the program that it comes from, and save it anew.',
    undefined,
    { name },
  );
