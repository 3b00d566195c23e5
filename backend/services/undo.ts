import type { Project } from '../project/file.ts';
import type { Status, Value } from '../store/annotations.ts';

interface Act {
  readonly id: number;
  readonly kind: string;
  readonly undoes: number | null;
}

/**
 * Takes an annotator's last act back, by an act that restores what was there before: nothing of the history is lost,
 * and it works over documents and restarts. Returns the documents it changed; none when there is nothing left to undo.
 */
export function undo(project: Project, annotator: string): number[] {
  const acts = actsOf(project, annotator);
  const target = lastStanding(acts);
  return target === undefined ? [] : revert(project, annotator, { act: target, kind: 'undo' });
}

/** Does again what the last undo took back, as long as nothing new was decided since. */
export function redo(project: Project, annotator: string): number[] {
  const acts = actsOf(project, annotator);
  const open: Act[] = [];
  for (const act of acts) {
    if (act.kind === 'undo') open.push(act);
    else if (act.kind === 'redo') open.pop();
    else open.length = 0;
  }
  const target = open.at(-1);
  return target === undefined ? [] : revert(project, annotator, { act: target.id, kind: 'redo' });
}

/** Acts of one person in order; imports are not theirs to undo. */
function actsOf({ db }: Project, annotator: string): Act[] {
  return db
    .prepare(
      `SELECT r.id, r.kind, r.undoes FROM revisions r JOIN annotators a ON a.id = r.annotator_id
       WHERE a.name = ? AND r.kind <> 'import' ORDER BY r.id`,
    )
    .all(annotator) as Act[];
}

/** The newest act that no undo has taken back. A redo makes its act stand again. */
function lastStanding(acts: readonly Act[]): number | undefined {
  const standing: number[] = [];
  const undone: number[] = [];
  for (const act of acts) {
    if (act.kind === 'undo') undone.push(standing.pop()!);
    else if (act.kind === 'redo') standing.push(undone.pop()!);
    else {
      standing.push(act.id);
      undone.length = 0;
    }
  }
  return standing.at(-1);
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
