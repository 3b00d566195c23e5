import type { Block } from './parts.ts';

/** A paragraph that is being read: text boxes hold paragraphs within paragraphs. */
interface Paragraph {
  text: string;
  heading: boolean;
  listed: boolean;
}

/** Ids of the paragraph styles that are headings, by their level or built-in name (ECMA-376 part 1, 17.7 and 17.3.1.20). */
export async function headingStyles(styles: string): Promise<ReadonlySet<string>> {
  const { Parser } = await import('htmlparser2');
  const found = new Set<string>();
  let style = '';
  const parser = new Parser(
    {
      onopentag(full, attributes) {
        const name = local(full);
        if (name === 'style') style = attribute(attributes, 'styleId');
        else if (style === '') return;
        else if (name === 'outlineLvl' && isLevel(attribute(attributes, 'val'))) found.add(style);
        else if (name === 'name' && /^(?:heading [1-9]|title)$/i.test(attribute(attributes, 'val')))
          found.add(style);
      },
      onclosetag(full) {
        if (local(full) === 'style') style = '';
      },
    },
    XML,
  );
  parser.end(styles);
  return found;
}

/**
 * The text of WordprocessingML, paragraph by paragraph: cells of a row stand side by side, list items have a dash, what was
 * deleted with changes tracked is left out. null: there is no body (or, of notes, no note) in it.
 */
export async function wordBlocks(xml: string, headings: ReadonlySet<string>): Promise<Block[] | null> {
  const { Parser } = await import('htmlparser2');
  const blocks: Block[] = [];
  const paragraphs: Paragraph[] = [];
  /** Cells of the rows that are open, the innermost last. */
  const rows: string[][] = [];
  let begun = false;
  let passed = 0;
  let runs = 0;
  let inText = false;
  /** The run is formatted as hidden. */
  let unseen = false;
  const give = (text: string, heading = false) => {
    if (text.trim() === '') return;
    const cells = rows.at(-1);
    if (!cells) blocks.push({ text, ...(heading && { heading }) });
    else if (cells.length > 0) cells[cells.length - 1] += cells.at(-1) === '' ? text : `\n${text}`;
  };
  const parser = new Parser(
    {
      onopentag(full, attributes) {
        const name = local(full);
        if (PASSED.has(name)) passed += 1;
        if (passed > 0) return;
        const own = paragraphs.at(-1);
        if (name === 'body' || name === 'footnote' || name === 'endnote') begun = true;
        else if (name === 'p') paragraphs.push({ text: '', heading: false, listed: false });
        else if (name === 'tr') rows.push([]);
        else if (name === 'tc') rows.at(-1)?.push('');
        else if (name === 'r') {
          runs += 1;
          unseen = false;
        } else if (name === 't') inText = true;
        else if (!own) return;
        else if (name === 'pStyle') own.heading ||= headings.has(attribute(attributes, 'val'));
        else if (name === 'outlineLvl') own.heading ||= isLevel(attribute(attributes, 'val'));
        else if (name === 'numPr') own.listed = true;
        // Outside a run it is the mark at the paragraph's end that is hidden.
        else if (name === 'vanish') unseen = runs > 0 && isOn(attribute(attributes, 'val'));
        // Outside a run these say where tabs stop.
        else if (runs > 0) own.text += BETWEEN.get(name) ?? '';
      },
      ontext(data) {
        const own = paragraphs.at(-1);
        if (inText && passed === 0 && !unseen && own) own.text += data;
      },
      onclosetag(full) {
        const name = local(full);
        if (PASSED.has(name)) passed = Math.max(0, passed - 1);
        if (passed > 0) return;
        if (name === 't') inText = false;
        else if (name === 'r') runs = Math.max(0, runs - 1);
        else if (name === 'p') {
          const { text = '', heading = false, listed = false } = paragraphs.pop() ?? {};
          give(listed && !heading && text.trim() !== '' ? `- ${text.trim()}` : text.trim(), heading);
        } else if (name === 'tr') {
          const cells = rows.pop() ?? [];
          give(cells.join('\t'));
        }
      },
    },
    XML,
  );
  parser.end(xml);
  return begun ? blocks : null;
}

/** Elements whose text stands somewhere else in the document, too: in a newer form, or where it was moved to. */
const PASSED = new Set(['Fallback', 'moveFrom']);

const XML = { xmlMode: true, decodeEntities: true } as const;

const BETWEEN: ReadonlyMap<string, string> = new Map([
  ['tab', '\t'],
  ['br', '\n'],
  ['cr', '\n'],
  ['noBreakHyphen', '-'],
]);

/** Programs choose their own prefixes. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

const attribute = (attributes: Readonly<Record<string, string>>, wanted: string): string =>
  Object.entries(attributes).find(([name]) => local(name) === wanted)?.[1] ?? '';

/** A switch that is there is on, unless it says otherwise (ECMA-376 part 1, 17.17.4). */
const isOn = (value: string): boolean => !['0', 'false', 'off'].includes(value);

/** 9 is body text. */
const isLevel = (value: string): boolean => /^[0-8]$/.test(value);
