import { type Command, InvalidArgumentError, Option } from 'commander';
import { importFormats } from '../backend/importing/formats/all.ts';
import {
  READING_OPTIONS,
  type ReadingOption,
  ROLES,
  type Role,
  SPLITS,
} from '../backend/importing/options.ts';

import { READINGS } from '../backend/suggesting/fusing.ts';
import type { ChosenClasses } from '../engine/index.ts';

const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

/** Where and how exactly to compute. */
export function withDevice(command: Command): Command {
  return command
    .addOption(new Option('--device <device>', 'where to compute').choices(DEVICES).default('auto'))
    .addOption(
      new Option('--precision <precision>', 'of products with weights')
        .choices(['auto', 'fp32', 'int8'])
        .default('auto'),
    );
}

/** How a model that was not trained on the labels is read. */
export const withLabelReading = (command: Command): Command =>
  command.addOption(
    new Option(
      '--reading <reading>',
      'of an untrained model: entailment alone, or combined with the likeness of text and label (default: combined where the model can)',
    ).choices(READINGS),
  );

/** Which outputs of a model mean what, where it does not say so itself; see `rememberChosenClasses`. */
export const withClasses = (command: Command): Command =>
  command.option(
    '--classes <outputs>',
    'of --model, if it does not name its outputs, e.g. entailment=1,contradiction=0 (remembered on this machine)',
    chosenClasses,
  );

/** "entailment=1,contradiction=0" in any order; anything else is wrong usage. */
function chosenClasses(text: string): ChosenClasses {
  const parts = text
    .split(',')
    .map((part) => /^\s*(entailment|contradiction|not_entailment)\s*=\s*([0-2])\s*$/i.exec(part));
  const found = new Map(
    parts.map((part) => [
      part?.[1]?.toLowerCase().replace('not_entailment', 'contradiction'),
      Number(part?.[2]),
    ]),
  );
  const [entailment, contradiction] = [found.get('entailment'), found.get('contradiction')];
  if (
    parts.length === 2 &&
    entailment !== undefined &&
    contradiction !== undefined &&
    entailment !== contradiction
  )
    return { entailment, contradiction };
  throw new InvalidArgumentError('It must name two different outputs: entailment=1,contradiction=0.');
}

/** Results as one JSON document on stdout. */
export const withJson = (command: Command): Command => command.option('--json', 'print the result as JSON');

/** What the command line calls what can be said of reading, but for columns; null: none of its own. */
const READING: Readonly<
  Record<Exclude<ReadingOption, 'columns'>, readonly [flags: string, help: string] | null>
> = {
  delimiter: [
    '--delimiter <character>',
    'between the cells of a table, e.g. ";" or "tab"; "none" if each row is one cell (default: found)',
  ],
  quote: [
    '--quote <character>',
    'around cells; "none" if a quote is a character like others (default: found)',
  ],
  escape: ['--escape <character>', 'before a quote within a quoted cell, e.g. "\\" (default: found)'],
  header: ['--header <yes or no>', 'whether the first row of a table names its columns (default: found)'],
  separator: [
    '--separator <character>',
    'between the labels of a cell; "line" if each has a line of its own, "none" if each cell is one label (default: found)',
  ],
  cutoff: [
    '--cutoff <probability>',
    'from which on a label applies whose column has probabilities (default: 0.5)',
  ],
  encoding: ['--encoding <encoding>', 'of a text file, e.g. windows-1252 (default: found)'],
  whole: null,
  sheet: [
    '--sheet <name>',
    'of a workbook (default: of those that are shown the one that looks most like a table of texts)',
  ],
  split: [
    '--split <where>',
    'makes a document of each part of long ones: page, heading, paragraph, sentences',
  ],
};

const PARSERS: Readonly<Partial<Record<ReadingOption, (text: string) => unknown>>> = {
  delimiter: characterOrNone,
  quote: characterOrNone,
  escape: characterOrNone,
  separator: (text) => (text === 'none' ? '' : text === 'line' ? '\n' : text),
  header: (text) => text === 'yes',
  cutoff: numberWithin(0, 1),
};

type Columns = readonly { readonly column: string; readonly role: Role }[];

/** Options that say what a column becomes; each may be given several times. */
const COLUMNS: readonly (readonly [flags: string, help: string, parse: (text: string) => Columns[number]])[] =
  [
    ['--text-column <name>', 'column or field with the text; several are joined', as('text')],
    ['--id-column <name>', 'column or field with the id', as('id')],
    ['--labels-column <name>', 'column or field with the labels that apply', as('labels')],
    [
      '--label-column <name>',
      'column that is a label: its cells say yes or no, or how probable',
      as('label'),
    ],
    ['--column <name=role>', `what a column becomes: ${ROLES.join(', ')}`, columnAndRole],
  ];

function as(role: Role): (column: string) => Columns[number] {
  return (column) => ({ column, role });
}

function columnAndRole(text: string): Columns[number] {
  const at = text.lastIndexOf('=');
  const role = ROLES.find((one) => one === text.slice(at + 1).trim());
  if (at < 1 || role === undefined)
    throw new InvalidArgumentError(`Give it as NAME=ROLE; roles are ${ROLES.join(', ')}.`);
  return { column: text.slice(0, at), role };
}

/** How a file of documents is read: what is said becomes a `Reading`. */
export function withReading(command: Command): Command {
  command.addOption(
    new Option('--format <format>', 'format of the file')
      .choices(['auto', ...importFormats.keys()])
      .default('auto'),
  );
  let said: Columns = [];
  for (const [flags, help, parse] of COLUMNS) {
    command.addOption(
      new Option(flags, help).argParser((text: string) => {
        said = [...said, parse(text)];
        return text;
      }),
    );
  }
  for (const name of READING_OPTIONS) {
    const [flags, help] = name === 'columns' ? [] : (READING[name] ?? []);
    if (flags === undefined) continue;
    const option = new Option(flags, help);
    const parse = PARSERS[name];
    if (name === 'split') option.choices(SPLITS);
    if (name === 'header') option.choices(['yes', 'no']);
    command.addOption(parse ? parsed(option, parse) : option);
  }
  return command.hook('preAction', (_, own) => {
    if (said.length > 0) own.setOptionValue('columns', said);
  });
}

/** Keeps what an option may be, where that is a list. */
function parsed(option: Option, parse: (text: string) => unknown): Option {
  const choices = option.argChoices;
  return option.argParser((text: string) => {
    if (choices && !choices.includes(text))
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return parse(text);
  });
}

type Name = { readonly from: string; readonly to: string | null };

/** What labels of a file are called in the project, and whether its ids are the project's. */
export function withNames(command: Command): Command {
  let said: readonly Name[] = [];
  return command
    .addOption(
      new Option(
        '--rename <label=name>',
        'what a label of the file, or a number for one, is called in the project; nothing after = leaves it out',
      ).argParser((text: string) => {
        const at = text.lastIndexOf('=');
        if (at < 1) throw new InvalidArgumentError('Give it as LABEL=NAME.');
        said = [...said, { from: text.slice(0, at), to: text.slice(at + 1).trim() || null }];
        return text;
      }),
    )
    .addOption(
      new Option(
        '--ids <whose>',
        'an id that another file brought for another text: a document of its own under the name of its file, or shared and so refused',
      )
        .choices(['file', 'shared'])
        .default('file'),
    )
    .hook('preAction', (_, own) => {
      if (said.length > 0) own.setOptionValue('names', said);
    });
}

/** One character, "tab", or "none". */
function characterOrNone(text: string): string {
  if (text === 'none') return '';
  const character = text === 'tab' || text === '\\t' ? '\t' : text;
  if (character.length === 1 && !/[\r\n]/.test(character)) return character;
  throw new InvalidArgumentError('It must be one character, "tab" or "none".');
}

/** A whole number within a range; anything else is wrong usage. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      most === Number.MAX_SAFE_INTEGER
        ? `It must be a whole number from ${least} on.`
        : `It must be a whole number from ${least} to ${most}.`,
    );
  };
}

/** A number within a range, ends included. */
export function numberWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

/** "all" or "top:N". */
export function trainedLayers(text: string): 'all' | `top:${number}` {
  const count = /^top:([1-9]\d{0,2})$/.exec(text)?.[1];
  if (text !== 'all' && count === undefined) throw new InvalidArgumentError('Give "all" or "top:2".');
  return count === undefined ? 'all' : `top:${Number(count)}`;
}
