import type { Project } from '../../project/file.ts';

/** Document id → label id → answer. */
export type Answers = ReadonlyMap<number, ReadonlyMap<number, 'yes' | 'no'>>;

/** What is decided at a moment. */
export interface Decided {
  /** All documents of which anything is decided, but those of the locked test sample, which teaches nothing. */
  readonly answers: Answers;
  /** Another text whenever the answers may be others. */
  readonly key: string;
}

/** Reads what holds of each label by the project's rule; it is kept in memory: after a decision only its document is read again. */
export type AnswerBook = () => Decided;

export function answerBook(project: Project): AnswerBook {
  const { annotations, documents, documentChanges, labels, settled, settings } = project.stores;
  let found = new Map<number, ReadonlyMap<number, 'yes' | 'no'>>();
  let revision = 0;
  let basis: string | undefined;
  const basisNow = () =>
    JSON.stringify([
      labels.all().map(({ id }) => id),
      settings.get('disagreements'),
      settings.get('adjudicator'),
      documentChanges.version,
      documents.inSplit('test').length,
      documents.count(),
    ]);

  function readAll(): void {
    const own = new Map<number, Map<number, 'yes' | 'no'>>();
    for (const { documentId, labelId, value } of settled.answers()) {
      const answers = own.get(documentId) ?? new Map<number, 'yes' | 'no'>();
      own.set(documentId, answers.set(labelId, value));
    }
    for (const id of documents.inSplit('test')) own.delete(id);
    found = own;
  }

  function readSince(): void {
    const test = new Set(documents.inSplit('test'));
    for (const id of annotations.touchedSince(revision)) {
      const own = settled.of(id);
      if (own.size === 0 || test.has(id)) found.delete(id);
      else found.set(id, own);
    }
  }

  return () => {
    const now = annotations.lastRevision();
    const wanted = basisNow();
    if (wanted !== basis || now < revision) readAll();
    else if (now > revision) readSince();
    basis = wanted;
    revision = now;
    return { answers: found, key: `${now} ${wanted}` };
  };
}
