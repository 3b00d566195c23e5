import type { Project } from '../project/file.ts';
import type { PartialAnswer } from '../project/store/partial.ts';
import { type AnswerBook, kept } from './answerBook.ts';

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

/** As the project is now, kept in memory. */
export const oneSidedIn = kept(oneSidedBook);

function oneSidedBook(project: Project): AnswerBook<OneSided> {
  const { documents, documentChanges, labels, partial } = project.stores;
  let answers = new Map<number, readonly PartialAnswer[]>();
  /** How many of each value an act gave a label. */
  let values = new Map<string, { yes: number; no: number }>();

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
  return {
    basis: () => [labels.all().map(({ id }) => id), documentChanges.version, documents.count()],
    readAll,
    read(documentIds) {
      for (const id of documentIds) put(id, partial.of(id));
    },
    told: () => found,
  };
}

const keyOf = ({ act, labelId }: PartialAnswer): string => `${act} ${labelId}`;
