import type { Project } from '../project/file.ts';
import type { Act } from '../project/store/acts.ts';

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
  const { annotations: store, acts } = project.stores;
  return project.write(() => {
    const annotatorId = store.annotatorId(annotator);
    const revision = store.addRevision(annotatorId, kind, new Date().toISOString(), act);
    const documents = new Set<number>();
    for (const { documentId, labelId, before } of acts.decisionsBefore(act)) {
      store.decide(revision, { documentId, labelId, annotatorId, value: before ?? 'undecided' });
      documents.add(documentId);
    }
    for (const { documentId, status, flagged, note, seconds } of acts.statesBefore(act)) {
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
