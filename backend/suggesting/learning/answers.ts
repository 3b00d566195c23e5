import type { Project } from '../../project/file.ts';
import { type AnswerBook, kept } from '../answerBook.ts';

/** Document id → label id → answer. */
export type Answers = ReadonlyMap<number, ReadonlyMap<number, 'yes' | 'no'>>;

/** What is decided at a moment. */
export interface Decided {
  /** All documents of which anything is decided, but those of the locked test sample, which teaches nothing. */
  readonly answers: Answers;
  /** Another text whenever the answers may be others. */
  readonly key: string;
  /** Of all documents, those of the test sample among them. */
  readonly tally: Tally;
}

/** How much is decided. */
export interface Tally {
  /** With an answer to at least one label. */
  readonly documents: number;
  /** By label id. */
  readonly yeses: ReadonlyMap<number, number>;
}

/** What holds of each label by the project's rule, kept in memory. */
export const decidedIn = kept(decidedBook);

function decidedBook(project: Project): AnswerBook<Decided> {
  const { documents, documentChanges, labels, settled, settings } = project.stores;
  /** Of all documents, and without the test sample. */
  let all = new Map<number, ReadonlyMap<number, 'yes' | 'no'>>();
  let found = new Map<number, ReadonlyMap<number, 'yes' | 'no'>>();
  let yeses = new Map<number, number>();
  function readAll(): void {
    const own = new Map<number, Map<number, 'yes' | 'no'>>();
    for (const { documentId, labelId, value } of settled.answers()) {
      const answers = own.get(documentId) ?? new Map<number, 'yes' | 'no'>();
      own.set(documentId, answers.set(labelId, value));
    }
    all = own;
    yeses = new Map();
    for (const answers of own.values()) count(answers, 1);
    found = new Map(own);
    for (const id of documents.inSplit('test')) found.delete(id);
  }

  function count(answers: ReadonlyMap<number, 'yes' | 'no'>, times: 1 | -1): void {
    for (const [label, value] of answers)
      if (value === 'yes') yeses.set(label, (yeses.get(label) ?? 0) + times);
  }

  function read(documentIds: readonly number[]): void {
    const test = new Set(documents.inSplit('test'));
    for (const id of documentIds) {
      const own = settled.of(id);
      count(all.get(id) ?? new Map(), -1);
      count(own, 1);
      if (own.size === 0) all.delete(id);
      else all.set(id, own);
      if (own.size === 0 || test.has(id)) found.delete(id);
      else found.set(id, own);
    }
  }

  return {
    basis: () => [
      labels.all().map(({ id }) => id),
      settings.get('disagreements'),
      settings.get('adjudicator'),
      documentChanges.version,
      documents.inSplit('test').length,
      documents.count(),
    ],
    readAll,
    read,
    told: (key) => ({ answers: found, key, tally: { documents: all.size, yeses } }),
  };
}
