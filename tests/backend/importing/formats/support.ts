import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportOptions } from '../../../../backend/importing/options.ts';
import { lookAt, readDocuments } from '../../../../backend/importing/read.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

/** A file with this name and content in a new folder. */
export function fileWith(name: string, content: string | Uint8Array | object): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return path;
}

interface Found {
  readonly id: string | null;
  readonly text: string;
  readonly meta?: object;
  readonly labels?: object;
}

/** What is found in a file: documents, and in words what was wrong or is worth knowing. */
export async function found(path: string, options: ImportOptions = {}) {
  const documents: Found[] = [];
  const told: string[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'document') {
      const { externalId: id, text, meta, annotations } = item.document;
      const labels = Object.fromEntries(annotations.flatMap(({ decisions }) => [...decisions]));
      documents.push({
        id,
        text,
        ...(meta.size > 0 && { meta: Object.fromEntries(meta) }),
        ...(annotations.length > 0 && { labels }),
      });
    } else if (item.kind === 'problem') {
      const { place, reason } = item.problem;
      told.push(`${place.file}${place.line ? `:${place.line}` : ''}: ${reason}`);
    } else told.push(`${item.place.file}: ${item.text}`);
  }
  return { documents, told };
}

export const textsIn = async (path: string, options: ImportOptions = {}): Promise<string[]> =>
  (await found(path, options)).documents.map(({ text }) => text);

/** Which format a file is taken for. */
export const formatIn = async (path: string): Promise<string> => (await lookAt(path, {})).format.id;

/** The sentence with which reading ends. */
export async function refusal(path: string, options: ImportOptions = {}): Promise<string> {
  try {
    await found(path, options);
    return 'it was read';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Documents in short: id, text, then each annotation as "status yes… -no… @annotator". */
export async function inShort(path: string, options: ImportOptions = {}) {
  const documents: string[] = [];
  const problems: string[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'problem') {
      const { place, reason } = item.problem;
      problems.push(`${place.line ?? place.record}: ${reason}`);
      continue;
    }
    if (item.kind === 'note') continue;
    const { externalId, text, annotations, split } = item.document;
    const said = annotations.map(({ status, decisions, annotator, absence }) =>
      [
        status,
        { open: '', no: 'closed', said: 'open' }[absence],
        ...[...decisions].map(([name, value]) => (value === 'yes' ? name : `-${name}`)),
        annotator === null ? '' : `@${annotator}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
    documents.push([externalId ?? '-', text, ...(split ? [split] : []), ...said].join(' | '));
  }
  return { documents, problems };
}

/** Rows as lines of JSON. */
export const jsonl = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
