import type { Block } from './parts.ts';

/** Elements that no reader sees. */
const HIDDEN = new Set(
  'script style template noscript head svg math iframe object audio video canvas select datalist'.split(' '),
);
/** Elements that begin and end a paragraph. */
const BLOCKS = new Set(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const HEADING = /^h[1-6]$/;

export interface HtmlText {
  readonly blocks: readonly Block[];
  /** Of its head. */
  readonly title: string | null;
}

/**
 * The readable text of HTML, paragraph by paragraph: what scripts, styles and hidden elements hold is left out, cells of a
 * row stand side by side, list items keep a dash, the text of images is kept. It reads on where markup is broken.
 */
export async function htmlBlocks(chunks: Iterable<string>): Promise<HtmlText> {
  const { Parser } = await import('htmlparser2');
  const blocks: Block[] = [];
  let text = '';
  let title = '';
  let inTitle = false;
  let pre = 0;
  let heading = false;
  /** Elements within the outermost hidden one, itself counted. */
  let hidden = 0;
  const end = () => {
    const found = pre > 0 ? text.replace(/^\n+|\s+$/g, '') : tidy(text);
    text = '';
    if (found.trim() !== '' && found !== '-') blocks.push({ text: found, ...(heading && { heading }) });
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === 'title' && title === '') inTitle = true;
        if (hidden > 0) {
          if (!VOID.has(name)) hidden += 1;
          return;
        }
        if (HIDDEN.has(name) || isHidden(attributes)) {
          if (!VOID.has(name)) hidden = 1;
          return;
        }
        if (name === 'br') text += '\n';
        else if (name === 'img') text += attributes.alt ? ` ${attributes.alt} ` : '';
        else if (name === 'td' || name === 'th') text += text.trim() === '' ? '' : '\t';
        else if (HEADING.test(name)) {
          end();
          heading = true;
        } else if (BLOCKS.has(name)) {
          end();
          if (name === 'li') text = '- ';
          if (name === 'pre') pre += 1;
        }
      },
      ontext(data) {
        if (inTitle) title += data;
        if (hidden === 0) text += pre > 0 ? data : data.replace(/[ \u00a0\t\r\n\f]+/g, ' ');
      },
      onclosetag(name) {
        if (name === 'title') inTitle = false;
        if (hidden > 0) {
          if (!VOID.has(name)) hidden -= 1;
          return;
        }
        if (HEADING.test(name)) {
          end();
          heading = false;
        } else if (BLOCKS.has(name)) {
          end();
          if (name === 'pre') pre = Math.max(0, pre - 1);
        }
      },
    },
    { decodeEntities: true },
  );
  for (const chunk of chunks) parser.write(chunk);
  parser.end();
  end();
  return { blocks, title: tidy(title) || null };
}

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

const isHidden = (attributes: Readonly<Record<string, string>>): boolean =>
  'hidden' in attributes ||
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes.style ?? '');

/** One blank between words; line ends that were asked for stay. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((cell) => cell.replace(/[ \r\f]+/g, ' ').trim())
        .filter((cell, i, all) => cell !== '' || i < all.length - 1)
        .join('\t'),
    )
    .join('\n')
    .trim();
