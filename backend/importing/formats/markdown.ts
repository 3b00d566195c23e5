import { longTextFormat } from '../longText.ts';
import type { Block } from '../parts.ts';

/** Kept as it is written; its headings and paragraphs are known for splitting. */
export const markdown = longTextFormat({
  id: 'markdown',
  name: 'Markdown',
  endings: { '.md': 'Markdown', '.markdown': 'Markdown' },
  takes: [],
  splits: ['heading', 'paragraph', 'sentences'],
  sniff: ({ ending }) => (ending in { '.md': 0, '.markdown': 0 } ? { kind: 'ending', ending } : null),
  blocks: markdownBlocks,
});

/** Paragraphs end at blank lines and headings, but not within fenced code (https://spec.commonmark.org/0.31.2). */
function markdownBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let own: string[] = [];
  let fence: string | null = null;
  const end = (heading = false) => {
    const found = own.join('\n');
    own = [];
    if (found.trim() !== '') blocks.push({ text: found, ...(heading && { heading }) });
  };
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      own.push(line);
      if (mark?.startsWith(fence)) fence = null;
    } else if (mark !== undefined) {
      fence = mark;
      own.push(line);
    } else if (/^ {0,3}#{1,6}(?:\s|$)/.test(line)) {
      end();
      own = [line.trim().replace(/^#+\s*|\s+#+$/g, '')];
      end(true);
    } else if (/^ {0,3}(?:=+|-{2,})\s*$/.test(line) && own.length === 1 && own[0]?.trim()) {
      end(true);
    } else if (line.trim() === '') end();
    else own.push(line);
  }
  end();
  return blocks;
}
