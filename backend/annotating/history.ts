import type { HistoryEntry } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';

const MOST = 1000;
/** UTF-16 units of an earlier text. */
const MOST_SHOWN = 20_000;

/**
 * What was decided of a document, in order: the newest acts where there are very many. Suggestions that someone accepted
 * stand among them, as what they are ('accept').
 */
export function historyOf({ stores }: Project, documentId: number): HistoryEntry[] {
  const acts = stores.acts.onDocument(documentId, MOST).map(({ id, decisions, textBefore, ...act }) => ({
    after: id,
    entry: { ...act, decisions: [...decisions], textBefore: textBefore?.slice(0, MOST_SHOWN) ?? null },
  }));
  const accepted = stores.accepted.history(documentId).map(({ after, by, at, undoneAt, labelIds }) => ({
    after: after + 0.5,
    entry: {
      at,
      annotator: by,
      kind: 'accept',
      decisions: labelIds.map((labelId) => ({ labelId, value: 'yes' as const })),
      undone: undoneAt !== null,
      status: null,
      change: null,
      textBefore: null,
    },
  }));
  return [...acts, ...accepted].sort((a, b) => a.after - b.after).map(({ entry }) => entry);
}
