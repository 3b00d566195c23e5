import type { Project } from '../project/file.ts';
import type { Status, Value } from '../project/store/annotations.ts';

interface Act {
  readonly id: number;
  readonly kind: string;
}

/**
 * Takes an annotator's last act back, by an act that restores what was there before: nothing of the history is lost,
 * and it works over documents and restarts. Returns the documents it changed; none when there is nothing left to undo.
 */
export function undo(project: Project, annotator: string): number[] {
  const target = lastStanding(actsOf(project, annotator));
  return target === undefined ? [] : revert(project, annotator, { act: target, kind: 'undo' });
}

/** Does again what the last undo took back, as long as nothing new was decided since. */
export function redo(project: Project, annotator: string): number[] {
  const target = lastUndo(actsOf(project, annotator));
  return target === undefined ? [] : revert(project, annotator, { act: target, kind: 'redo' });
}

/** Acts of one person, the newest first; imports and merged labels are not theirs to undo. */
function actsOf({ db }: Project, annotator: string): Iterable<Act> {
  return db
    .prepare(
      `SELECT r.id, r.kind FROM revisions r
       WHERE r.annotator_id = (SELECT id FROM annotators WHERE name = ?) AND r.kind NOT IN ('import', 'merge')
       ORDER BY r.id DESC`,
    )
    .iterate(annotator) as Iterable<Act>;
}

/** The newest act that no undo has taken back. A redo takes an undo back, and nothing else lies between the two. */
function lastStanding(acts: Iterable<Act>): number | undefined {
  let undone = 0;
  for (const { id, kind } of acts) {
    if (kind === 'undo') undone += 1;
    else if (kind === 'redo' || undone > 0) undone -= 1;
    else return id;
  }
  return undefined;
}

/** The newest undo that no redo has taken back, unless something new was decided after it. */
function lastUndo(acts: Iterable<Act>): number | undefined {
  let redone = 0;
  for (const { id, kind } of acts) {
    if (kind === 'redo') redone += 1;
    else if (kind !== 'undo') return undefined;
    else if (redone > 0) redone -= 1;
    else return id;
  }
  return undefined;
}

/** Restores what every answer and state of an act was before it. */
function revert(
  project: Project,
  annotator: string,
  { act, kind }: { act: number; kind: 'undo' | 'redo' },
): number[] {
  const { db, stores } = project;
  const store = stores.annotations;
  return project.write(() => {
    const annotatorId = store.annotatorId(annotator);
    const revision = store.addRevision(annotatorId, kind, new Date().toISOString(), act);
    const documents = new Set<number>();
    for (const { documentId, labelId, before } of decisionsBefore(db, act)) {
      store.decide(revision, { documentId, labelId, annotatorId, value: before ?? 'undecided' });
      documents.add(documentId);
    }
    for (const { documentId, status, flagged, note, seconds } of statesBefore(db, act)) {
      store.setState(revision, documentId, annotatorId, {
        status: status ?? 'new',
        flagged: flagged === 1,
        note: note ?? '',
        seconds,
      });
      documents.add(documentId);
    }
    return [...documents];
  });
}

function decisionsBefore(db: Project['db'], act: number) {
  return db
    .prepare(
      `SELECT d.document_id AS documentId, d.label_id AS labelId,
         (SELECT p.value FROM decisions p WHERE p.document_id = d.document_id AND p.annotator_id = d.annotator_id
          AND p.label_id = d.label_id AND p.revision_id < d.revision_id ORDER BY p.revision_id DESC LIMIT 1) AS before
       FROM decisions d WHERE d.revision_id = ?`,
    )
    .all(act) as { documentId: number; labelId: number; before: Value | null }[];
}

function statesBefore(db: Project['db'], act: number) {
  return db
    .prepare(
      `SELECT s.document_id AS documentId, p.status, p.flagged, p.note, p.seconds
       FROM states s LEFT JOIN states p ON p.document_id = s.document_id AND p.annotator_id = s.annotator_id
         AND p.revision_id = (SELECT max(q.revision_id) FROM states q WHERE q.document_id = s.document_id
           AND q.annotator_id = s.annotator_id AND q.revision_id < s.revision_id)
       WHERE s.revision_id = ?`,
    )
    .all(act) as {
    documentId: number;
    status: Status | null;
    flagged: number | null;
    note: string | null;
    seconds: number | null;
  }[];
}
