import type { MetaValue } from '../records.ts';
import { documentRecord, idOf, rowItem, textOf } from './fields.ts';
import type { FoundItem } from './format.ts';
import type { SplitAt } from './options.ts';

/** A paragraph, list, table or heading of a long document. */
export interface Block {
  readonly text: string;
  readonly heading?: boolean;
  /** From 1; absent: the document has no pages. */
  readonly page?: number | undefined;
}

/** A document as people write them, whole. */
export interface LongDocument {
  readonly blocks: readonly Block[];
  /** As it is written, where that is text; absent: the blocks. */
  readonly text?: string | undefined;
  /** What it says about itself. */
  readonly meta: readonly (readonly [string, MetaValue])[];
  /** Absent: the file's name. */
  readonly id?: string | undefined;
}

/** Sentences in a window. */
const WINDOW = 5;

interface Part {
  readonly text: string;
  readonly page?: number | undefined;
  readonly heading?: string | undefined;
}

/**
 * A long document as one, or as the parts that it is split into, each with where it comes from: file, page, heading, and
 * the number of the part. Headings stand in the text of what follows them, except where paragraphs or sentences are wanted
 * alone.
 */
export function* documentsOf(
  file: string,
  { blocks, text: written, meta, id = file }: LongDocument,
  split: SplitAt | undefined,
): Iterable<FoundItem> {
  if (split === undefined) {
    const text = written ?? joined(blocks);
    yield rowItem({ file }, () =>
      documentRecord({ externalId: idOf(id), text: textOf(text, 'text'), meta: new Map(meta) }),
    );
    return;
  }
  let number = 0;
  for (const { text, page, heading } of PARTS[split](blocks)) {
    if (text.trim() === '') continue;
    number += 1;
    const part = number;
    const origin: [string, MetaValue | undefined][] = [
      ['file', file],
      ['page', page],
      ['heading', heading],
      ['part', part],
    ];
    const known = origin.filter((entry): entry is [string, MetaValue] => entry[1] !== undefined);
    yield rowItem({ file, record: part }, () =>
      documentRecord({
        externalId: idOf(split === 'page' && page !== undefined ? `${id}#page=${page}` : `${id}#${part}`),
        text: textOf(text, 'text'),
        meta: new Map([...meta, ...known]),
      }),
    );
  }
  if (number === 0) yield rowItem({ file }, () => documentRecord({ text: textOf('', 'text') }));
}

const PARTS: Readonly<Record<SplitAt, (blocks: readonly Block[]) => Iterable<Part>>> = {
  *page(blocks) {
    for (const [page, own] of Map.groupBy(blocks, (block) => block.page)) yield { text: joined(own), page };
  },
  *heading(blocks) {
    let own: Block[] = [];
    const part = (): Part => {
      const [first] = own;
      return { text: joined(own), page: first?.page, heading: first?.heading ? first.text : undefined };
    };
    for (const block of blocks) {
      // Headings that follow each other belong to what comes after them.
      if (block.heading && !own.at(-1)?.heading && own.length > 0) {
        yield part();
        own = [];
      }
      own.push(block);
    }
    if (own.length > 0) yield part();
  },
  *paragraph(blocks) {
    let heading: string | undefined;
    let alone = false;
    let page: number | undefined;
    for (const block of blocks) {
      if (block.heading) {
        // What no paragraph follows is a part of its own: nothing is lost.
        if (alone && heading !== undefined) yield { text: heading, page };
        ({ text: heading, page } = block);
        alone = true;
      } else {
        alone = false;
        yield { text: block.text, page: block.page, heading };
      }
    }
    if (alone && heading !== undefined) yield { text: heading, page };
  },
  *sentences(blocks) {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });
    let window: { text: string; page: number | undefined; heading: string | undefined }[] = [];
    let heading: string | undefined;
    const part = (): Part => ({ ...window[0], text: window.map(({ text }) => text).join(' ') });
    for (const block of blocks) {
      if (block.heading) heading = block.text;
      for (const { segment } of segmenter.segment(block.text)) {
        const text = segment.trim();
        if (text === '') continue;
        window.push({ text, page: block.page, heading });
        if (window.length < WINDOW) continue;
        yield part();
        window = [];
      }
    }
    if (window.length > 0) yield part();
  },
};

const joined = (blocks: readonly Block[]): string => blocks.map(({ text }) => text).join('\n\n');
