import type { Role } from '../../../../contract/index.ts';
import { formats } from '../format.ts';

const { number, plural } = formats('en');

const BETWEEN: Readonly<Record<string, string>> = {
  ',': 'comma ( , )',
  ';': 'semicolon ( ; )',
  '\t': 'tab',
  '|': 'bar ( | )',
  '#': 'hash ( # )',
  '\n': 'line break',
};

/** How often labels occur in files, by the names that are written there and by what they become. */
interface LabelCount {
  readonly spellings: number;
  readonly labels: number;
  /** Of the labels those that are not in the project yet. */
  readonly fresh: number;
}

/** How files are read: their dialect, what columns become, what labels are called. */
export const reading = {
  how: 'How it is read',
  encoding: 'Encoding',
  guessed: (own: string) => `Not UTF-8; this fits best${own === '' ? '' : `: ${own}`}.`,
  delimiter: 'Between cells',
  between: (character: string) =>
    character === '' ? 'nothing: one column' : (BETWEEN[character] ?? character),
  quotes: 'Quotes',
  quote: {
    doubled: 'double, doubled inside',
    backslash: 'double, a backslash inside',
    single: 'single',
    none: 'are characters',
  } as Record<'doubled' | 'backslash' | 'single' | 'none', string>,
  firstRow: 'First row',
  namesColumns: 'names the columns',
  isData: 'is a document',
  separator: 'Between labels',
  betweenLabels: (character: string) =>
    character === '' ? 'nothing: one label' : (BETWEEN[character] ?? character),
  cutoff: 'A yes from',
  document: 'A document is',
  eachLine: 'each line',
  eachFile: 'each file',
  becomes: (column: string) => `What ${column} becomes`,
  probable: 'This could be a label, or a list of labels: say so if it is.',
  roles: {
    text: 'Text',
    id: 'Id',
    labels: 'Labels that apply',
    label: 'A label: yes or no',
    labelName: 'Name of a label',
    decision: 'Yes or no to it',
    rejected: 'Labels that don’t apply',
    suggestions: 'Suggestions',
    annotator: 'Who labelled',
    status: 'Status',
    time: 'When',
    seconds: 'Seconds',
    note: 'Note',
    split: 'Training or test',
    meta: 'Kept beside the text',
    ignore: 'Left out',
  } as Record<Role, string>,
  labelCount: ({ spellings, labels, fresh }: LabelCount) => {
    const all =
      spellings === labels
        ? plural(labels, { one: '# label', other: '# labels' })
        : `${plural(spellings, { one: '# name in the file becomes', other: '# names in the file become' })} ${plural(labels, { one: '# label', other: '# labels' })} (which ones, below)`;
    if (fresh === 0) return `${all}${spellings === labels ? ',' : ';'} all in the project.`;
    const news =
      fresh === labels
        ? labels === 1
          ? 'it is new'
          : 'all of them are new'
        : `${number(fresh)} of them new`;
    return `${all}${spellings === labels ? ', ' : '; '}${news}.`;
  },
  numbers:
    'Some labels are numbers, and the file does not say what they mean. Name them, or the documents come without them.',
  slips: 'Some names are almost the same. Are they the same label?',
  slip: (from: string, other: string) => `${from} is ${other}`,
  rename: 'Names in the project',
  inProject: (from: string) => `What ${from} is called in the project`,
  name: 'Name',
  leftOut: 'left out',
  kinds: { known: 'in the project', new: 'new', number: 'a number', 'left out': '' } as Record<
    'known' | 'new' | 'number' | 'left out',
    string
  >,
  more: (n: number) => `And ${number(n)} more.`,
  apart: (n: number) =>
    plural(n, {
      one: 'An id is that of another text from another file.',
      other: '# ids are those of other texts from other files.',
    }),
  apartChoice: 'Ids that two files have',
  apartFile: 'Other documents',
  apartShared: 'The same documents',
  apartHelp: 'They are added, with the name of their file before the id.',
  sharedHelp: 'Rows whose text is another than that of their id are left out.',
  read: (n: number) => `${plural(n, { one: '# row was', other: '# rows were' })} read.`,
  apartDone: (n: number) =>
    plural(n, {
      one: '# document has the name of its file before its id, since another file brought that id.',
      other: '# documents have the name of their file before their id, since another file brought that id.',
    }),
  differing: (n: number, contradictions: number) =>
    `${plural(n, { one: '# row labels', other: '# rows label' })} a text otherwise than a row before.${contradictions > 0 ? ` ${plural(contradictions, { one: '# label is', other: '# labels are' })} a yes in one and a no in the other: yes was taken.` : ' All of their labels were taken.'}`,
  unnamed: (n: number) =>
    `${plural(n, { one: '# document came', other: '# documents came' })} without labels, since these are numbers that nobody named.`,
  renamed: (n: number) =>
    `${plural(n, { one: '# label has', other: '# labels have' })} another name in the project.`,
  sameText: (n: number) =>
    plural(n, {
      one: '# document has the text of another one, under an id of its own.',
      other: '# documents have the texts of others, under ids of their own.',
    }),
  moreRefused: (n: number) => `… and ${number(n)} more.`,
  saveRefused: 'Save these rows to mend them…',
  saved: (where: string) => `Saved in ${where}. Mend the rows there, then import that file.`,
};
