import { annotatorNamed } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import { documentMissing } from '../project/documentMissing.ts';
import type { Project } from '../project/file.ts';

/** UTF-16 units of a text that can be corrected. */
const MOST_CORRECTED = 2_000_000;

/** What was done, for taking exactly that back; null: nothing was to do. */
interface DocumentsChanged {
  readonly act: number | null;
  readonly documents: number;
}

/**
 * Deletes documents in one act: they are in no list, queue, training, figure and export any more, and undoing brings
 * them back with all that was decided of them. Throws `document_missing`; then none is deleted.
 */
export function deleteDocuments(
  project: Project,
  annotator: string,
  ids: readonly number[],
): DocumentsChanged {
  const name = annotatorNamed(annotator);
  const { documents, annotations, documentChanges } = project.stores;
  const wanted = [...new Set(ids)];
  return project.write(() => {
    for (const id of wanted) if (!documents.has(id)) throw documentMissing(id);
    if (wanted.length === 0) return { act: null, documents: 0 };
    const kind = wanted.length > 1 ? 'bulk' : 'annotate';
    const act = annotations.addRevision(annotations.annotatorId(name), kind, new Date().toISOString());
    for (const id of wanted) documentChanges.delete(act, id);
    return { act, documents: wanted.length };
  });
}

/**
 * Gives a document another text. What was decided stays, with the earlier text in the history; what models said of it
 * goes, so that it is read anew. Throws `document_missing`, `text_empty` and `text_long`.
 */
export function correctText(
  project: Project,
  annotator: string,
  { id, text }: { id: number; text: string },
): DocumentsChanged {
  const name = annotatorNamed(annotator);
  const { documents, annotations, documentChanges } = project.stores;
  const wanted = text.replace(/\r\n?/g, '\n');
  if (wanted.trim() === '')
    throw new BackendError('text_empty', 'A document needs a text.', 'Delete it if it is to go.');
  if (wanted.length > MOST_CORRECTED) {
    throw new BackendError(
      'text_long',
      `A text of more than ${MOST_CORRECTED} characters can’t be put in.`,
      'Shorten it, or import the document anew.',
    );
  }
  return project.write(() => {
    if (!documents.has(id)) throw documentMissing(id);
    if (documents.isText(id, wanted)) return { act: null, documents: 0 };
    const act = annotations.addRevision(annotations.annotatorId(name), 'annotate', new Date().toISOString());
    documentChanges.correct(act, id, wanted);
    return { act, documents: 1 };
  });
}
