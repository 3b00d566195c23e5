import type { Project } from '../project/file.ts';
import type { PartialAnswer } from '../project/store/partial.ts';

/**
 * Answers beside which the other would hardly have come: by an act that gave their label yeses and next to no no, as a
 * file does that names what applies, or noes alone, on documents that nobody finished; and yeses to many at once. They tell what such
 * documents are like, and neither how many there are nor how often a suggestion is right: of yeses alone everything is.
 */
export interface OneSided {
  has(documentId: number, labelId: number): boolean;
  /** Nobody finished the document, and all of its answers are one-sided. */
  isAll(documentId: number): boolean;
}

/** One no beside so many yeses is a slip, or a row that says more than the others. */
const YESES_A_NO = 20;

const books = new WeakMap<Project, () => OneSided>();

/** As the project is now, kept in memory: after a decision only its document is read again. */
export function oneSidedIn(project: Project): OneSided {
  const book = books.get(project) ?? oneSidedBook(project);
  books.set(project, book);
  return book();
}

function oneSidedBook(project: Project): () => OneSided {
  const { annotations, documents, documentChanges, labels, partial } = project.stores;
  let answers = new Map<number, readonly PartialAnswer[]>();
  /** How many of each value an act gave a label. */
  let values = new Map<string, { yes: number; no: number }>();
  let revision = 0;
  let basis: string | undefined;
  const basisNow = () =>
    JSON.stringify([labels.all().map(({ id }) => id), documentChanges.version, documents.count()]);

  function count(own: readonly PartialAnswer[], times: 1 | -1): void {
    for (const answer of own) {
      const given = values.get(keyOf(answer)) ?? { yes: 0, no: 0 };
      given[answer.value] += times;
      values.set(keyOf(answer), given);
    }
  }

  function put(id: number, own: readonly PartialAnswer[]): void {
    count(answers.get(id) ?? [], -1);
    count(own, 1);
    if (own.length === 0) answers.delete(id);
    else answers.set(id, own);
  }

  function readAll(): void {
    answers = new Map();
    values = new Map();
    for (const [id, own] of Map.groupBy(partial.answers(), ({ documentId }) => documentId)) put(id, own);
  }

  const isOneSided = (answer: PartialAnswer): boolean => {
    const given = values.get(keyOf(answer)) ?? { yes: 0, no: 0 };
    const hardlyNoes = given.yes > YESES_A_NO * given.no;
    // Noes to many at once are what finishes documents of which a file named the yeses.
    return answer.finished === 1 ? hardlyNoes : given.yes === 0 || hardlyNoes;
  };
  const found: OneSided = {
    has(documentId, labelId) {
      const own = answers.get(documentId)?.filter((answer) => answer.labelId === labelId) ?? [];
      return own.length > 0 && own.every(isOneSided);
    },
    isAll(documentId) {
      const own = answers.get(documentId) ?? [];
      return own.length > 0 && own.every((answer) => answer.finished === 0 && isOneSided(answer));
    },
  };
  return () => {
    const now = annotations.lastRevision();
    const wanted = basisNow();
    if (wanted !== basis || now < revision) readAll();
    else if (now > revision) for (const id of annotations.touchedSince(revision)) put(id, partial.of(id));
    basis = wanted;
    revision = now;
    return found;
  };
}

const keyOf = ({ act, labelId }: PartialAnswer): string => `${act} ${labelId}`;
