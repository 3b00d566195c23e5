import { Command } from 'commander';
import { nearDuplicates } from '../../backend/documents/nearDuplicates.ts';
import { similarDocuments } from '../../backend/documents/similarity.ts';
import { BackendError } from '../../backend/errors.ts';
import { documentNamed, nameOf } from '../../backend/project/documentName.ts';
import type { Project } from '../../backend/project/file.ts';
import { embedDocuments } from '../../backend/suggesting/embedding.ts';
import { mustGet } from '../../process/must.ts';
import { type Context, readProject, withEngine } from '../context.ts';
import { many } from '../many.ts';
import { numberWithin, wholeNumber, withJson } from '../options.ts';
import { percent, print } from '../output.ts';
import { withProgress } from '../progress.ts';

export function similarCommand(): Command {
  return withJson(
    new Command('similar')
      .description('the documents most like one of them')
      .argument('<project>')
      .requiredOption('--id <id>', 'of the document, as imported; "#12" for its number in the project')
      .option('--limit <n>', 'how many', wholeNumber(1, 1000), 10),
  ).action(async (path: string, options: { id: string; limit: number; json?: boolean }) => {
    await readProject(path, async (project) => {
      const id = documentId(project, options.id);
      const similar = await withEngine(async (context) => {
        await embedAll(project, context);
        const { engine, signal } = context;
        return similarDocuments(project, engine, { id, limit: options.limit, signal });
      });
      const rows = similar.map((one) => ({ ...shown(project, one.id), similarity: one.similarity }));
      print(options.json, { id: options.id, similar: rows }, () =>
        rows.map((row) => `${row.id}\t${percent(row.similarity)}\t${firstLine(row.text)}`).join('\n'),
      );
    });
  });
}

export function duplicatesCommand(): Command {
  return withJson(
    new Command('duplicates')
      .description('groups of documents that say nearly the same')
      .argument('<project>')
      .option('--threshold <similarity>', 'cosine from which on two are alike', numberWithin(0.5, 1), 0.95),
  ).action(async (path: string, options: { threshold: number; json?: boolean }) => {
    await readProject(path, async (project) => {
      const found = await withEngine(async (context) => {
        await embedAll(project, context);
        return nearDuplicates(project, { threshold: options.threshold, signal: context.signal });
      });
      const groups = found.map(({ documents, similarity }) => ({
        similarity,
        documents: documents.map((id) => shown(project, id)),
      }));
      print(options.json, { groups }, () =>
        groups.length === 0
          ? 'No documents are that much alike.'
          : groups
              .map(({ similarity, documents }) =>
                [
                  `${many(documents.length, 'document')}, at least ${percent(similarity)} alike:`,
                  ...documents.map((own) => `  ${own.id}\t${firstLine(own.text)}`),
                ].join('\n'),
              )
              .join('\n'),
      );
    });
  });
}

const embedAll = (project: Project, { engine, signal }: Context) =>
  withProgress('Reading what documents are like', ({ update }) =>
    embedDocuments(project, engine, { last: Number.MAX_SAFE_INTEGER, signal, onProgress: update }),
  );

/** The document with this id of the import, or with this number of the project as `#12`. */
function documentId({ stores: { documents } }: Project, text: string): number {
  const found = documentNamed(documents, text);
  if (found) return found.id;
  throw new BackendError(
    'document_missing',
    `The project has no document "${text}".`,
    'Give an id of the import, or a number of the project as "#12".',
  );
}

function shown({ stores }: Project, id: number): { id: string; text: string } {
  const document = mustGet(stores.documents, id, 'document');
  return { id: nameOf(document), text: document.text };
}

const firstLine = (text: string): string => {
  const line = text.trim().split(/[\r\n]/)[0]!;
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
