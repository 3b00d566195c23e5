/** A line of a page: where its letters stand, and how high they are, in points from the page's lower edge. */
export interface PdfLine {
  readonly text: string;
  readonly y: number;
  readonly height: number;
}

/** Times the height of letters between two lines beyond which a new paragraph begins. */
const GAP = 1.8;
/** Times the width of a space that pdf.js leaves out between two pieces of a line. */
const SAME_LINE = 0.5;

/** The pieces of text that pdf.js finds on a page, in its order, as lines. */
export function linesOfPage(items: readonly object[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let text = '';
  let y = 0;
  let height = 0;
  const end = () => {
    if (text.trim() !== '') lines.push({ text: text.replace(/\s+/g, ' ').trim(), y, height });
    text = '';
  };
  for (const item of items) {
    // Marks of structure have no text.
    if (!isPiece(item)) continue;
    const at = item.transform[5] ?? 0;
    if (text !== '' && Math.abs(at - y) > SAME_LINE * Math.max(height, item.height)) end();
    if (text === '') ({ y, height } = { y: at, height: item.height });
    height = Math.max(height, item.height);
    text += item.str;
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

interface Piece {
  readonly str: string;
  readonly height: number;
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
}

const isPiece = (item: object): item is Piece => 'str' in item && 'transform' in item;

/**
 * Lines joined to paragraphs, which end where the distance to the next line is larger than usual, and where the text goes
 * back up. A hyphen at a line's end stays, since it may belong to the word; a soft one goes.
 */
export function paragraphsOf(lines: readonly PdfLine[]): string[] {
  const paragraphs: string[] = [];
  let last: PdfLine | undefined;
  for (const line of lines) {
    const down = last === undefined ? Number.POSITIVE_INFINITY : last.y - line.y;
    const high = Math.max(last?.height ?? 0, line.height, 1);
    const own = paragraphs.at(-1);
    const joins =
      own !== undefined && last !== undefined && down > 0 && down <= GAP * high && sameSize(last, line);
    if (!joins) paragraphs.push(line.text);
    else paragraphs[paragraphs.length - 1] = joined(own, line.text);
    last = line;
  }
  return paragraphs;
}

/** Letters of another size are a heading's or a note's. */
const sameSize = (one: PdfLine, other: PdfLine): boolean =>
  Math.max(one.height, other.height) <= 1.2 * Math.min(one.height, other.height) + 0.01;

const joined = (text: string, next: string): string =>
  text.endsWith('\u00ad')
    ? text.slice(0, -1) + next
    : /\p{L}-$/u.test(text) && /^\p{L}/u.test(next)
      ? text + next
      : `${text} ${next}`;
