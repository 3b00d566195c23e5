import { type Command, InvalidArgumentError, Option } from 'commander';
import { importFormats } from '../backend/importing/formats/all.ts';
import { READING_OPTIONS, type ReadingOption, SPLITS } from '../backend/importing/options.ts';
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

/** What the command line calls the options of reading; null: none of its own. */
const READING: Readonly<Record<ReadingOption, readonly [flags: string, help: string] | null>> = {
  textColumn: ['--text-column <name>', 'column or field with the text'],
  idColumn: ['--id-column <name>', 'column or field with the id'],
  labelsColumn: ['--labels-column <name>', 'column or field with the labels'],
  delimiter: ['--delimiter <character>', 'between the cells of a table, e.g. ";" or "tab" (default: found)'],
  encoding: ['--encoding <encoding>', 'of a text file that is not UTF-8, e.g. windows-1252'],
  whole: null,
  sheet: ['--sheet <name>', 'of a workbook (default: the first that is shown)'],
  split: [
    '--split <where>',
    'makes a document of each part of long ones: page, heading, paragraph, sentences',
  ],
};

/** How a file of documents is read. */
export function withReading(command: Command): Command {
  command.addOption(
    new Option('--format <format>', 'format of the file')
      .choices(['auto', ...importFormats.keys()])
      .default('auto'),
  );
  for (const name of READING_OPTIONS) {
    const [flags, help] = READING[name] ?? [];
    if (flags === undefined) continue;
    const option = new Option(flags, help);
    if (name === 'split') option.choices(SPLITS);
    command.addOption(name === 'delimiter' ? option.argParser(delimiter) : option);
  }
  return command;
}

/** One character, or "tab". */
function delimiter(text: string): string {
  const character = text === 'tab' || text === '\\t' ? '\t' : text;
  if (character.length === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidArgumentError('It must be one character, or "tab".');
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
