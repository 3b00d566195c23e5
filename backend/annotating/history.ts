import type { HistoryEntry } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

const MOST = 1000;
/** UTF-16 units of an earlier text. */
const MOST_SHOWN = 20_000;

/** What was decided of a document, in order: the newest acts where there are very many. */
export const historyOf = ({ stores }: Project, documentId: number): HistoryEntry[] =>
  stores.acts.onDocument(documentId, MOST).map(({ id: _, decisions, textBefore, ...act }) => ({
    ...act,
    decisions: [...decisions],
    textBefore: textBefore?.slice(0, MOST_SHOWN) ?? null,
  }));
