import type { ImportFile } from '../file.ts';
import { openZip, streamOf, zipEntries } from '../zip.ts';
import { isZip } from '../zipNames.ts';
import { OdsCell, positive } from './openDocumentCell.ts';
import type { FoundInSheet } from './sheetFinder.ts';

/** Rows that say the same, after one another. */
interface OdsRows {
  /** Of the first, from 0. */
  readonly index: number;
  readonly repeated: number;
  readonly values: readonly unknown[];
}

/** A sheet of OpenDocument (ODF 1.3 part 3, 9). */
export interface OdsSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: OdsRows[];
  readonly merged: { readonly startRow: number; readonly endRow: number; readonly startCol: number }[];
  uncomputed: FoundInSheet;
}

/** What a sheet has at most. */
const ROWS = 1_048_576;
const COLUMNS = 16_384;
/** What lies in a cell or sheet and is no text of it: notes, drawings, what was changed. */
const APART = new Set(['annotation', 'frame', 'custom-shape', 'shapes', 'tracked-changes', 'forms']);

/** The sheets, of a package or a flat file, with the rows of groups and headers. null: there is none in it. */
export async function openDocumentSheets(file: ImportFile): Promise<readonly OdsSheet[] | null> {
  const reader = new SheetReader();
  const { Parser } = await import('htmlparser2');
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(local(name), attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name, implied) => reader.close(local(name), implied),
    },
    { xmlMode: true, decodeEntities: true },
  );
  const decoder = new TextDecoder();
  for await (const chunk of contentOf(file)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.end(decoder.decode());
  return reader.whole ? reader.sheets : null;
}

async function* contentOf(file: ImportFile): AsyncIterable<Uint8Array> {
  if (!isZip(file)) {
    yield* file.bytes.stream();
    return;
  }
  const archive = await openZip(file);
  try {
    for await (const entry of zipEntries(archive, file.name))
      if (entry.fileName === 'content.xml') yield* streamOf(archive, entry, file.name);
  } finally {
    archive.close();
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

type Attributes = Readonly<Record<string, string>>;

class SheetReader {
  readonly sheets: OdsSheet[] = [];
  /** All of it was there: a file that was cut has no end. */
  whole = false;
  readonly #hiddenStyles = new Set<string>();
  #style = '';
  #sheet: OdsSheet | null = null;
  /** Sheets within the cells of sheets are passed over. */
  #apart = 0;
  #row = 0;
  #rowsRepeated = 1;
  #cells: { readonly value: unknown; readonly repeated: number }[] = [];
  #column = 0;
  #cell: OdsCell | null = null;

  open(name: string, attributes: Attributes): void {
    if (this.#apart > 0 || APART.has(name) || (name === 'table' && this.#sheet !== null)) {
      this.#apart += 1;
    } else if (this.#cell !== null) {
      this.#cell.open(name, attributes);
    } else if (name === 'style' && attributes['style:family'] === 'table') {
      this.#style = attributes['style:name'] ?? '';
    } else if (name === 'table-properties' && attributes['table:display'] === 'false') {
      this.#hiddenStyles.add(this.#style);
    } else if (name === 'table') {
      this.#sheet = {
        name: attributes['table:name'] ?? `Sheet${this.sheets.length + 1}`,
        hidden: this.#hiddenStyles.has(attributes['table:style-name'] ?? ''),
        rows: [],
        merged: [],
        uncomputed: { count: 0, first: '' },
      };
      this.#row = 0;
    } else if (name === 'table-row') {
      this.#rowsRepeated = Math.min(ROWS, positive(attributes['table:number-rows-repeated']));
      this.#cells = [];
      this.#column = 0;
    } else if (name === 'table-cell' || name === 'covered-table-cell') {
      this.#cell = new OdsCell(attributes, name === 'covered-table-cell');
    }
  }

  text(text: string): void {
    if (this.#apart === 0) this.#cell?.text(text);
  }

  close(name: string, implied: boolean): void {
    if (this.#apart > 0) {
      this.#apart -= 1;
    } else if (name === 'table-cell' || name === 'covered-table-cell') {
      this.#endCell();
    } else if (this.#cell !== null) {
      this.#cell.close(name);
    } else if (name === 'table-row') {
      this.#endRow();
    } else if (name === 'table' && this.#sheet !== null) {
      this.sheets.push(this.#sheet);
      this.#sheet = null;
    } else if (name === 'spreadsheet') {
      this.whole = !implied;
    }
  }

  #endCell(): void {
    const [cell, sheet] = [this.#cell, this.#sheet];
    this.#cell = null;
    if (cell === null || sheet === null) return;
    const repeated = Math.min(cell.repeated, COLUMNS - this.#column);
    this.#cells.push({ value: cell.value, repeated });
    if (cell.rowsSpanned > 1)
      sheet.merged.push({
        startRow: this.#row,
        endRow: this.#row + cell.rowsSpanned - 1,
        startCol: this.#column,
      });
    if (cell.isUncomputed) {
      const { count, first } = sheet.uncomputed;
      const place = count > 0 ? first : `${columnName(this.#column)}${this.#row + 1}`;
      sheet.uncomputed = { count: count + repeated * this.#rowsRepeated, first: place };
    }
    this.#column += repeated;
  }

  #endRow(): void {
    const last = this.#cells.findLastIndex(({ value }) => value !== null && value !== '');
    if (last >= 0) {
      const values = this.#cells
        .slice(0, last + 1)
        .flatMap(({ value, repeated }) => Array.from({ length: repeated }, () => value));
      this.#sheet?.rows.push({ index: this.#row, repeated: this.#rowsRepeated, values });
    }
    this.#row += this.#rowsRepeated;
  }
}

/** As it stands above a column: A, B … Z, AA. */
export function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}
