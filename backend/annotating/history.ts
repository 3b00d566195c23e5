import type { HistoryEntry } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

const MOST = 1000;

/** What was decided of a document, in order: the newest acts where there are very many. */
export const historyOf = ({ stores }: Project, documentId: number): HistoryEntry[] =>
  stores.acts
    .onDocument(documentId, MOST)
    .map(({ id: _, decisions, ...act }) => ({ ...act, decisions: [...decisions] }));
