import type { Project } from '../project/file.ts';

/** What is kept in memory of a project's answers, and how it is brought up to date. */
export interface AnswerBook<T> {
  /** Where it is another, everything is read anew. */
  basis(): readonly unknown[];
  readAll(): void;
  /** Reads these documents again. */
  read(documentIds: readonly number[]): void;
  /** key: another text whenever what was read may be another. */
  told(key: string): T;
}

/** Reads such a book as the project is now; it is made once per project, and after a decision reads only its document. */
export function kept<T>(make: (project: Project) => AnswerBook<T>): (project: Project) => T {
  const books = new WeakMap<Project, () => T>();
  return (project) => {
    const book = books.get(project) ?? following(project, make(project));
    books.set(project, book);
    return book();
  };
}

function following<T>({ stores: { annotations } }: Project, book: AnswerBook<T>): () => T {
  let revision = 0;
  let basis: string | undefined;
  return () => {
    const now = annotations.lastRevision();
    const wanted = JSON.stringify(book.basis());
    if (wanted !== basis || now < revision) book.readAll();
    else if (now > revision) book.read(annotations.touchedSince(revision));
    basis = wanted;
    revision = now;
    return book.told(`${now} ${wanted}`);
  };
}
