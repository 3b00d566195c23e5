import { os } from '../app/base.ts';
import type { Workspace } from '../app/workspace.ts';
import { previewHypotheses } from '../suggesting/previewing.ts';
import {
  addLabel,
  mergeLabels,
  removeLabel,
  reorderLabels,
  undoLabelChange,
  updateLabel,
} from './changes.ts';
import { affectedBy } from './merging.ts';

const all = (workspace: Workspace) =>
  workspace
    .opened()
    .project.stores.labels.all()
    .map((label) => ({ ...label, hypotheses: [...label.hypotheses] }));

/** Changes labels, and has suggestions made again where sentences or labels are new. */
function changing(workspace: Workspace, change: () => void) {
  const sentences = () =>
    JSON.stringify(
      all(workspace)
        .map(({ id, hypotheses }) => [id, hypotheses])
        .sort(),
    );
  const before = sentences();
  change();
  if (sentences() !== before) workspace.opened().refresh();
  return { labels: all(workspace) };
}

/** The same for a change that a notice names. */
function undoable(workspace: Workspace, change: () => number) {
  let id = 0;
  const changed = changing(workspace, () => {
    id = change();
  });
  return { ...changed, change: id };
}

export const labels = {
  list: os.labels.list.handler(({ context }) => all(context.workspace)),
  add: os.labels.add.handler(({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    const { hypotheses, ...label } = addLabel(project, input);
    workspace.opened().refresh();
    return { ...label, hypotheses: [...hypotheses] };
  }),
  update: os.labels.update.handler(({ context: { workspace }, input }) =>
    changing(workspace, () => updateLabel(workspace.opened().project, input)),
  ),
  reorder: os.labels.reorder.handler(({ context: { workspace }, input }) =>
    changing(workspace, () => reorderLabels(workspace.opened().project, input.ids)),
  ),
  affected: os.labels.affected.handler(({ context, input }) =>
    affectedBy(context.workspace.opened().project, input),
  ),
  unknownTo: os.labels.unknownTo.handler(({ context, input: { id, annotator } }) => ({
    documents: context.workspace.opened().project.stores.documentQuery.countDoneUndecided(annotator, id),
  })),
  remove: os.labels.remove.handler(({ context: { workspace }, input }) =>
    undoable(workspace, () => removeLabel(workspace.opened().project, input.id)),
  ),
  merge: os.labels.merge.handler(({ context: { workspace }, input }) =>
    undoable(workspace, () => mergeLabels(workspace.opened().project, input)),
  ),
  undo: os.labels.undo.handler(({ context: { workspace }, input }) => {
    let undone: string | null = null;
    const changed = changing(workspace, () => {
      undone = undoLabelChange(workspace.opened().project, input?.change);
    });
    return { ...changed, undone };
  }),
  preview: os.labels.preview.handler(({ context: { workspace, engine }, input, signal }) =>
    previewHypotheses(workspace.opened().project, engine, { ...input, signal }),
  ),
};
