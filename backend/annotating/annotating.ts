import { BackendError } from '../errors.ts';
import { documentMissing } from '../project/documentMissing.ts';
import type { Project } from '../project/file.ts';
import type { RevisionKind, Status, Value } from '../project/store/annotations.ts';

/** What someone says of a document; labels that are not named stay as they were. */
export interface Annotation {
  readonly documentId: number;
  /** Label id → value. */
  readonly values: ReadonlyMap<number, Value>;
  readonly status: Status;
  readonly note?: string | undefined;
  readonly flagged?: boolean | undefined;
  readonly seconds?: number | undefined;
}

/** The name as it is kept. Throws `annotator_invalid`. */
export function annotatorNamed(annotator: string): string {
  const name = annotator.trim();
  if (name === '' || name.length > 200) {
    throw new BackendError('annotator_invalid', 'The annotator needs a name of at most 200 characters.');
  }
  return name;
}

/**
 * Records one act of an annotator: all its documents in one transaction, which is on the disk when this returns.
 * Only what changes is written. Returns the (last) revision, or undefined when nothing changed. Throws
 * `document_missing`, and then nothing is recorded.
 */
export function annotate(
  project: Project,
  annotator: string,
  annotations: readonly Annotation[],
  kind: RevisionKind = 'annotate',
): number | undefined {
  const name = annotatorNamed(annotator);
  const { annotations: store } = project.stores;
  return project.write(() => {
    const annotatorId = store.annotatorId(name);
    let revision: number | undefined;
    const current = () => {
      revision ??= store.addRevision(annotatorId, kind, new Date().toISOString());
      return revision;
    };
    let last: number | undefined;
    const seen = new Set<number>();
    for (const annotation of annotations) {
      // A document that comes twice is decided twice: the later answer has its own revision.
      if (seen.has(annotation.documentId)) {
        seen.clear();
        revision = undefined;
      }
      seen.add(annotation.documentId);
      record(annotation, annotatorId, current);
      last = revision ?? last;
    }
    return last;
  });

  function record(annotation: Annotation, annotatorId: number, revision: () => number): void {
    const { documentId, values, status } = annotation;
    if (!project.stores.documents.has(documentId)) throw documentMissing(documentId);
    const before = store.decisions(documentId, annotatorId);
    for (const [labelId, value] of values) {
      if ((before.get(labelId) ?? 'undecided') === value) continue;
      store.decide(revision(), { documentId, annotatorId, labelId, value });
    }
    const old = store.state(documentId, annotatorId);
    const state = {
      status,
      flagged: annotation.flagged ?? old?.flagged ?? false,
      note: annotation.note ?? old?.note ?? '',
      seconds: annotation.seconds ?? old?.seconds ?? null,
    };
    const same =
      old && (Object.keys(state) as (keyof typeof state)[]).every((key) => old[key] === state[key]);
    if (!same) store.setState(revision(), documentId, annotatorId, state);
  }
}

/** A finished document: these labels apply, those do not, the rest is undecided. */
export function decided(
  documentId: number,
  answers: { readonly yes: Iterable<number>; readonly no: Iterable<number> },
): Annotation {
  const values = new Map<number, Value>();
  for (const id of answers.no) values.set(id, 'no');
  for (const id of answers.yes) values.set(id, 'yes');
  return { documentId, values, status: 'done' };
}
