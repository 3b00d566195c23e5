import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { undo } from '../../backend/annotating/undo.ts';
import { correctText, deleteDocuments } from '../../backend/documents/changing.ts';
import { BackendError } from '../../backend/errors.ts';
import { documentNamed, nameOf } from '../../backend/project/documentName.ts';
import type { Project } from '../../backend/project/file.ts';
import { withProject } from '../context.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

interface Who {
  readonly as: string;
  readonly json?: boolean;
}

export function deleteCommand(): Command {
  return withJson(
    new Command('delete')
      .description('delete documents; "entail undo" brings them back')
      .argument('<project>')
      .argument('<ids...>', 'as imported; "#12" for a number in the project')
      .requiredOption('--as <name>', 'who deletes them'),
  ).action((path: string, names: string[], { as, json }: Who) =>
    withProject(path, (project) => {
      const ids = names.map((name) => idOf(project, name));
      const { documents } = deleteDocuments(project, as, ids);
      print(json, { documents }, () => `${counted(documents)} deleted by ${as}.`);
    }),
  );
}

export function correctCommand(): Command {
  return withJson(
    new Command('correct')
      .description('give a document another text; what was decided stays, suggestions are made anew')
      .argument('<project>')
      .argument('<id>', 'as imported; "#12" for a number in the project')
      .option('--text <text>', 'the whole text')
      .option('--from <file>', 'a file with the whole text, as UTF-8')
      .requiredOption('--as <name>', 'who corrects it'),
  ).action((path: string, name: string, options: Who & { text?: string; from?: string }, command: Command) =>
    withProject(path, async (project) => {
      const { text, from, as, json } = options;
      const whole = from === undefined ? text : text === undefined ? await textIn(from) : undefined;
      if (whole === undefined)
        return command.error('error: give the text with either --text or --from.', { exitCode: 2 });
      const { act } = correctText(project, as, { id: idOf(project, name), text: whole });
      print(json, { changed: act !== null }, () =>
        act === null
          ? 'The document has this text already.'
          : 'The text was corrected; "entail suggest" reads it anew.',
      );
    }),
  );
}

export function undoCommand(): Command {
  return withJson(
    new Command('undo')
      .description('take back what someone did last: decisions, deleted documents, corrected texts')
      .argument('<project>')
      .requiredOption('--as <name>', 'whose last act'),
  ).action((path: string, { as, json }: Who) =>
    withProject(path, (project) => {
      const documents = undo(project, as).flatMap((id) => project.stores.documents.get(id) ?? []);
      print(json, { documents: documents.map(nameOf) }, () =>
        documents.length === 0
          ? `${as} has nothing to undo.${fromFiles(project)}`
          : `Taken back on ${counted(documents.length)}.`,
      );
    }),
  );
}

/** Where an import stands: answers of a file are taken back with it. */
const fromFiles = ({ stores }: Project): string =>
  stores.imports.list(1).length === 0
    ? ''
    : ' What came from a file is taken back with "entail import PROJECT --undo".';

const counted = (count: number): string => many(count, 'document');

function idOf(project: Project, name: string): number {
  const document = documentNamed(project.stores.documents, name);
  if (document) return document.id;
  throw new BackendError('document_missing', `There is no document "${name}".`, 'Nothing was changed.');
}

async function textIn(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\n$/, '');
  } catch {
    throw new BackendError('text_encoding', `"${file}" is not UTF-8.`, 'Save it as UTF-8 and try again.');
  }
}
