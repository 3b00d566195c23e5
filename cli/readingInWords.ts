import { isIdName } from '../backend/importing/likelyColumns.ts';
import { ROLES } from '../backend/importing/options.ts';
import type { FileReport } from '../backend/importing/report.ts';
import { oneLine } from '../process/oneLine.ts';

/** Of a list, in a sentence. */
export const MOST_SHOWN = 20;

type Sign = NonNullable<FileReport['sign']>;
type Words = { readonly [Kind in Sign['kind']]: (sign: Extract<Sign, { kind: Kind }>) => string };

/** By what a file was recognised as being of its format. */
const WHY: Words = {
  bytes: () => 'it begins as such files do',
  fields: ({ names }) => `its records have ${listed(names)}`,
  records: () => 'it has records of no other tool',
  lines: ({ start }) => `most of its lines begin with ${start}`,
  delimiter: ({ delimiter }) => `its lines have equally many cells between ${shown(delimiter)}`,
  ending: ({ ending }) => `its name ends in ${ending}`,
  rest: () => 'no other format fits: each line is a document',
};

const whyOf = (sign: Sign): string => (WHY[sign.kind] as (sign: Sign) => string)(sign);

/** "reviews.csv: csv (its name ends in .csv), windows-1252. text: comment; id: nr." */
export function fileInWords({
  file,
  format,
  sign,
  encoding,
  dialect,
  columns,
  probable,
  possible,
  listed: lists,
}: FileReport): string {
  const { delimiter, header, separator } = dialect;
  const between =
    delimiter === undefined || sign?.kind === 'delimiter'
      ? []
      : [delimiter === '' ? 'one column' : `cells between ${shown(delimiter)}`];
  const how = [
    `${format} (${sign === null ? 'as it was said' : whyOf(sign)})`,
    ...(encoding === null ? [] : [encoding.name]),
    ...between,
    ...(header === false ? ['no header'] : []),
    ...(separator ? [`labels between ${shown(separator)}`] : []),
  ];
  const roles = ROLES.flatMap((role) => {
    const names = columns.flatMap((one) => (one.role === role ? [one.column] : []));
    return names.length === 0 ? [] : [`${role}: ${listed(names)}`];
  });
  const maybe =
    probable.length === 0
      ? ''
      : ` These could be probabilities of labels (--label-column): ${listed(probable)}.`;
  const either =
    possible.length === 0
      ? ''
      : ` ${listed(possible)} could be ${possible.length === 1 ? 'a label and is' : 'labels and are'} kept beside the text: if so, say --label-column.`;
  const named =
    lists.length === 0
      ? ''
      : ` ${listed(lists)} ${lists.length === 1 ? 'names' : 'name'} labels and ${lists.length === 1 ? 'was' : 'were'} not taken for decisions: if ${lists.length === 1 ? 'it holds' : 'they hold'} them, say --labels-column, and --cutoff where labels have scores.`;
  const ids = columns.some(({ role }) => role === 'id')
    ? []
    : columns.flatMap(({ column, role }) => (role === 'meta' && isIdName(column) ? [column] : []));
  const unused =
    ids.length === 0
      ? ''
      : ` ${listed(ids)} ${ids.length === 1 ? 'looks' : 'look'} like an id and ${ids.length === 1 ? 'is' : 'are'} kept beside the text: if rows are known by it, say --id-column now, for documents that are in keep their names.`;
  return `${file}: ${how.join(', ')}.${roles.length > 0 ? ` ${roles.join('; ')}.` : ''}${maybe}${either}${named}${unused}`;
}

const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, MOST_SHOWN)
    .map((name) => oneLine(name).slice(0, 60))
    .join(', ')}${names.length > MOST_SHOWN ? ' …' : ''}`;

const NAMES: Readonly<Record<string, string>> = { '\t': 'tabs', '\n': 'line breaks' };
const shown = (character: string): string => NAMES[character] ?? `"${character}"`;
