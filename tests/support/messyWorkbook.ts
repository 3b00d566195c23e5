import { strToU8, zipSync } from 'fflate';

/** A list of support tickets as people keep them in a workbook, and what of it is to come in. */
export interface MessyWorkbook {
  readonly bytes: Uint8Array;
  /** The rows with a text, in their order: what stands in each column, as a person reads it. */
  readonly rows: readonly {
    readonly number: string;
    readonly day: string;
    readonly text: string;
    readonly total: number;
    readonly label: string;
  }[];
}

/** The header, below a title over all columns and an empty row. */
export const MESSY_HEADER = ['Vorgang', 'Eingang', 'Anliegen', 'Betrag', 'Thema'] as const;

/** With umlauts beside the words that the tiny model of the tests knows. */
const TEXTS = ['the parcel came late', 'the price is high', 'nice colour', 'late and the price is high'];
const LABELS = ['Lieferung', 'Preis', '', 'Preis'];
/** Days of Excel's count from 1900 to 2026-01-01. */
const FIRST_DAY = 46_023;
const DAY = 86_400_000;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEETS = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const words = (cell: string, text: string) =>
  `<c r="${cell}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;

/**
 * A workbook of so many tickets (ECMA-376 part 1, 18.3): a merged title, an empty row, the header, and then rows with
 * dates as numbers with a format, sums by formula, empty rows in between, every twentieth text as the one ten before it, umlauts, and
 * a topic in the first rows alone.
 */
export function messyWorkbook(tickets: number, labelled: number): MessyWorkbook {
  const lines: string[] = [
    `<row r="1">${words('A1', 'Kundenanfragen &#8211; Übersicht')}</row>`,
    `<row r="3">${MESSY_HEADER.map((name, i) => words(`${'ABCDE'[i]}3`, name)).join('')}</row>`,
  ];
  const rows: MessyWorkbook['rows'][number][] = [];
  let at = 3;
  for (let i = 0; i < tickets; i++) {
    at += i % 97 === 96 ? 2 : 1;
    // Every twentieth has the text of another before it, word for word.
    const said = i % 20 === 19 ? i - 10 : i;
    const text = `${TEXTS[said % TEXTS.length]} – Größe ${said}, bitte prüfen`;
    const total = (i % 50) * 2 + 0.5;
    const day = i % 300;
    const label = i < labelled ? LABELS[said % TEXTS.length]! : '';
    const number = `V-${String(i + 1).padStart(5, '0')}`;
    lines.push(
      `<row r="${at}">${words(`A${at}`, number)}<c r="B${at}" s="1"><v>${FIRST_DAY + day}</v></c>${words(`C${at}`, text)}<c r="D${at}"><f>${i % 50}*2+0.5</f><v>${total}</v></c>${label === '' ? '' : words(`E${at}`, label)}</row>`,
    );
    rows.push({
      ...{ number, text, total, label },
      day: new Date(Date.UTC(2026, 0, 1) + day * DAY).toISOString().slice(0, 10),
    });
  }
  const parts: Readonly<Record<string, string>> = {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEETS}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEETS}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEETS}.styles+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Anfragen" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}"><sheetData>${lines.join('')}</sheetData><mergeCells count="1"><mergeCell ref="A1:E1"/></mergeCells></worksheet>`,
  };
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const files = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(xml + text)]));
  return { bytes: zipSync(files), rows };
}
