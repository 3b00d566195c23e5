import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { ImportAct } from '../project/store/imports.ts';

/** What taking an import back, or doing it again, came to. */
export interface ImportUndone {
  readonly id: number;
  readonly files: readonly string[];
  /** Documents that went, or came back. */
  readonly documents: number;
  /** Answers that are as they were before the import, or as it brought them. */
  readonly answers: number;
  /** Documents that stay since someone decided on them or a run used them; that did not come back since others took their ids or texts. */
  readonly stayed: number;
}

/** Takes an import back: its documents and its answers, all but what people have decided since. Throws `import_missing`. */
export const undoImport = (project: Project, id?: number): ImportUndone => change(project, 'undo', id);

/** Does again what was taken back. Throws `import_missing`. */
export const redoImport = (project: Project, id?: number): ImportUndone => change(project, 'redo', id);

const NEWEST = 1000;

/** Without `id` the newest import that stands, or the one that was undone last. */
function change(project: Project, of: 'undo' | 'redo', id?: number): ImportUndone {
  const { imports, annotations } = project.stores;
  return project.write(() => {
    const stands = ({ undoneAt }: ImportAct) => (undoneAt === null) === (of === 'undo');
    const act = id === undefined ? newest(imports.list(NEWEST).filter(stands), of) : imports.get(id);
    if (!act || !stands(act)) throw missing(of);
    const at = new Date().toISOString();
    const restored = of === 'redo' ? imports.restore(act.id) : undefined;
    let answers = 0;
    for (const annotatorId of imports.annotators(act.id, of)) {
      const revisionId = annotations.addRevision(annotatorId, 'import', at);
      answers += imports.revert(act.id, of, { revisionId, annotatorId });
    }
    imports.setUndone(act.id, of === 'undo' ? at : null);
    const { id: own, files } = act;
    if (restored) return { id: own, files, documents: restored.restored, answers, stayed: restored.left };
    const { removed, kept } = imports.remove(act.id);
    return { id: own, files, documents: removed, answers, stayed: kept };
  });
}

/** The newest, or the one that was undone last. */
const newest = (acts: readonly ImportAct[], of: 'undo' | 'redo'): ImportAct | undefined =>
  of === 'undo'
    ? acts[0]
    : acts.reduce<ImportAct | undefined>(
        (a, b) => (a && (a.undoneAt ?? '') >= (b.undoneAt ?? '') ? a : b),
        undefined,
      );

const missing = (of: 'undo' | 'redo') =>
  new BackendError(
    'import_missing',
    of === 'undo' ? 'There is no such import that could be undone.' : 'No such import was undone.',
    'Look at the list of imports again.',
  );
