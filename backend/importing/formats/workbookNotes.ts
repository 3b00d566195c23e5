import type { Note } from '../format.ts';
import type { FoundInSheet } from './sheetFinder.ts';

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
}

/** Cells of whole numbers whose last digits the workbook has lost. */
export interface Rounded {
  count: number;
  /** Of the first. */
  line: number;
}

/** Of ten at most. */
export const namesOf = (sheets: readonly Sheet[]): string =>
  `${sheets
    .slice(0, 10)
    .map(({ name }) => `"${name}"`)
    .join(', ')}${sheets.length > 10 ? ' …' : ''}`;

/** Which sheets were not read. */
export function notesOn(file: string, sheets: readonly Sheet[], read: number): Note[] {
  const note = (others: readonly Sheet[], hidden: boolean): Note[] => {
    if (others.length === 0) return [];
    const what = `${hidden ? 'hidden ' : ''}${others.length === 1 ? 'sheet' : 'sheets'} ${namesOf(others)}`;
    const text = `The sheet "${sheets[read]!.name}" was read, the ${what} ${others.length === 1 ? 'was' : 'were'} not.`;
    return [{ kind: 'note', place: { file }, text }];
  };
  const others = sheets.filter((_, i) => i !== read);
  return [
    ...note(
      others.filter(({ hidden }) => !hidden),
      false,
    ),
    ...note(
      others.filter(({ hidden }) => hidden),
      true,
    ),
  ];
}

/** How many formulas have no value. */
export function uncomputedNote(file: string, uncomputed: FoundInSheet | undefined): Note[] {
  if (uncomputed === undefined || uncomputed.count === 0) return [];
  const { count, first } = uncomputed;
  const cells = count === 1 ? 'One cell is a formula that was' : `${count} cells are formulas that were`;
  const where = first === '' ? '' : count === 1 ? ` (${first})` : ` (the first: ${first})`;
  const text = `${cells} never computed${where}, and ${count === 1 ? 'is' : 'are'} read as empty: open the file in Excel or LibreOffice, save it there, and import it again.`;
  return [{ kind: 'note', place: { file }, text }];
}

/** How many numbers may have lost digits. */
export const roundedNote = (file: string, { count, line }: Rounded): Note[] =>
  count === 0
    ? []
    : [
        {
          kind: 'note',
          place: { file },
          text: `${count === 1 ? 'One whole number has' : `${count} whole numbers have`} more digits than a sheet keeps, the first in line ${line}: the last digits may be wrong. Store such ids as text.`,
        },
      ];

/** Says that links lie behind cells, which are not read. */
export function linksNote(file: string, [first, ...more]: readonly string[]): Note[] {
  if (first === undefined) return [];
  const text =
    more.length === 0
      ? `A cell has a link behind its text (${first}): where it leads was not read.`
      : `${more.length + 1} cells have links behind their texts (the first: ${first}): where they lead was not read.`;
  return [{ kind: 'note', place: { file }, text }];
}

/** Says that rows that nobody sees were read, too. */
export function hiddenRowsNote(file: string, hidden: FoundInSheet | undefined): Note[] {
  if (hidden === undefined || hidden.count === 0) return [];
  const { count, first } = hidden;
  const where = first === '' ? '' : count === 1 ? ` (line ${first})` : ` (the first: line ${first})`;
  const text = `${count === 1 ? 'One row of the sheet is' : `${count} rows of the sheet are`} hidden or filtered away${where}, and ${count === 1 ? 'was' : 'were'} read like the others.`;
  return [{ kind: 'note', place: { file }, text }];
}
