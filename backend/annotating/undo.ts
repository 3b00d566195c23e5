import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Act } from '../project/store/acts.ts';
import type { State } from '../project/store/annotations.ts';

/**
 * Takes an annotator's last act back, by an act that restores what was there before: nothing of the history is lost,
 * and it works over documents and restarts. Returns the documents it changed; none when there is nothing left to undo.
 */
export function undo(project: Project, annotator: string): number[] {
  const target = lastStanding(project.stores.acts.undoable(annotator));
  return target === undefined ? [] : revert(project, annotator, { act: target, kind: 'undo' });
}

/** Does again what the last undo took back, as long as nothing new was decided since. */
export function redo(project: Project, annotator: string): number[] {
  const target = lastUndo(project.stores.acts.undoable(annotator));
  return target === undefined ? [] : revert(project, annotator, { act: target, kind: 'redo' });
}

/**
 * Takes back the act that is named, whatever came after it. What later acts changed in other fields stays. Throws
 * `act_undone` where it was taken back before, and `act_overtaken` where a later act said something else of the same.
 */
export function undoAct(project: Project, annotator: string, act: number): number[] {
  const { acts } = project.stores;
  if (!isStanding(acts.undoable(annotator), act))
    throw new BackendError('act_undone', 'This was taken back already.');
  const overtaken = new Set([...acts.overtaken(act), ...statesOvertaken(project, annotator, act)]);
  if (overtaken.size > 0) throw overtakenBy(overtaken.size);
  return revert(project, annotator, { act, kind: 'undo' });
}

function overtakenBy(count: number): BackendError {
  const documents = count === 1 ? '1 document was' : `${count} documents were`;
  return new BackendError(
    'act_overtaken',
    `This can’t be taken back any more: ${documents} decided anew since.`,
    'Nothing was changed. Change those documents by hand.',
    undefined,
    { count },
  );
}

/** Acts that no undo has taken back, the newest first. An undo that a redo took back counts no more. */
function* standing(acts: Iterable<Act>): Generator<Act, undefined, undefined> {
  const undone = new Set<number>();
  const redone = new Set<number>();
  for (const act of acts) {
    if (act.kind === 'redo') redone.add(act.undoes ?? 0);
    else if (act.kind === 'undo') {
      if (!redone.has(act.id)) undone.add(act.undoes ?? 0);
    } else if (!undone.has(act.id)) yield act;
  }
  return undefined;
}

function lastStanding(acts: Iterable<Act>): number | undefined {
  // Leaving the loop ends the reading, which would keep the file from being written.
  for (const { id } of standing(acts)) return id;
  return undefined;
}

function isStanding(acts: Iterable<Act>, act: number): boolean {
  for (const { id } of standing(acts)) if (id === act) return true;
  return false;
}

/** The newest undo that no redo has taken back, unless something new was decided after it. */
function lastUndo(acts: Iterable<Act>): number | undefined {
  const redone = new Set<number>();
  for (const { id, kind, undoes } of acts) {
    if (kind === 'redo') redone.add(undoes ?? 0);
    else if (kind !== 'undo') return undefined;
    else if (!redone.has(id)) return id;
  }
  return undefined;
}

const FIELDS = ['status', 'flagged', 'note'] as const satisfies readonly (keyof State)[];

/** Documents of which a later act changed a field that this act had changed. */
function statesOvertaken({ stores }: Project, annotator: string, act: number): number[] {
  const { annotations: store, acts } = stores;
  const annotatorId = store.annotatorId(annotator);
  return acts.statesBefore(act).flatMap(({ documentId, before, set }) => {
    const now = store.state(documentId, annotatorId);
    const changed = FIELDS.some((field) => before[field] !== set[field] && now?.[field] !== set[field]);
    return changed ? [documentId] : [];
  });
}

/** Restores what every answer and state of an act was before it; of a state only what the act changed. */
function revert(
  project: Project,
  annotator: string,
  { act, kind }: { act: number; kind: 'undo' | 'redo' },
): number[] {
  const { annotations: store, acts } = project.stores;
  return project.write(() => {
    const annotatorId = store.annotatorId(annotator);
    const revision = store.addRevision(annotatorId, kind, new Date().toISOString(), act);
    const documents = new Set<number>(revertChanges(project, act, revision));
    for (const { documentId, labelId, before } of acts.decisionsBefore(act)) {
      store.decide(revision, { documentId, labelId, annotatorId, value: before ?? 'undecided' });
      documents.add(documentId);
    }
    for (const { documentId, before, set } of acts.statesBefore(act)) {
      const now = store.state(documentId, annotatorId) ?? set;
      store.setState(revision, documentId, annotatorId, {
        status: before.status === set.status ? now.status : before.status,
        flagged: before.flagged === set.flagged ? now.flagged : before.flagged,
        note: before.note === set.note ? now.note : before.note,
        seconds: now.seconds === set.seconds ? before.seconds : now.seconds,
      });
      documents.add(documentId);
    }
    return [...documents];
  });
}

/** Brings documents back that an act deleted, and texts that it corrected. Others may have done something since. */
function revertChanges({ stores }: Project, act: number, revision: number): number[] {
  const { documents, documentChanges } = stores;
  return documentChanges.ofAct(act).map(({ documentId, what, textBefore, textAfter }) => {
    const deleted = documentChanges.isDeleted(documentId);
    if (what === 'text') {
      // Whoever corrected it last said what the text is.
      if (deleted || !documents.isText(documentId, textAfter ?? '')) throw overtakenBy(1);
      documentChanges.correct(revision, documentId, textBefore ?? '');
    } else if (what === 'delete' && deleted) {
      const taken = documentChanges.takenId(documentId);
      if (taken !== undefined) throw idTaken(taken);
      documentChanges.restore(revision, documentId);
    } else if (what === 'restore' && !deleted) documentChanges.delete(revision, documentId);
    return documentId;
  });
}

const idTaken = (id: string) =>
  new BackendError(
    'id_taken',
    `The document "${id}" can’t come back: another one has its id by now.`,
    'Delete that one first, then undo again.',
    undefined,
    { name: id },
  );
