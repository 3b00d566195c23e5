import type { DocumentFormat } from '../format.ts';
import { htmlBlocks } from '../htmlBlocks.ts';
import { wholeText } from '../longText.ts';
import { documentsOf } from '../parts.ts';

/** A page: its readable text, with its title as metadata. */
export const html: DocumentFormat = {
  id: 'html',
  name: 'HTML',
  endings: { '.html': 'HTML', '.htm': 'HTML', '.xhtml': 'HTML' },
  takes: ['encoding', 'split'],
  absence: 'said',
  splits: ['heading', 'paragraph', 'sentences'],
  async sniff(file) {
    const { ending } = file;
    if (ending in html.endings) return { kind: 'ending', ending };
    // Rows of other formats may hold HTML: only a file that begins as a page is one.
    const start = file.start
      .toString('latin1', 0, 1024)
      .replace(/^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*/s, '');
    return /^<(?:!doctype html|html)[\s>]/i.test(start) ? { kind: 'bytes' } : null;
  },
  async *read(file, options) {
    const { blocks, title } = await htmlBlocks([await wholeText(file)]);
    yield* documentsOf(file.name, { blocks, meta: title === null ? [] : [['title', title]] }, options.split);
  },
};
