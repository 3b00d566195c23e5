import { setTimeout as delay } from 'node:timers/promises';
import { os } from '../app/base.ts';
import type { Workspace } from '../app/workspace.ts';
import { cardOf, nextCards, textPiece } from '../choosing/cards.ts';
import { QUEUES } from '../choosing/queues.ts';
import type { Project } from '../project/file.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { annotate } from './annotating.ts';
import { disagreementsOf, settleBy } from './disagreements.ts';
import { historyOf } from './history.ts';
import { redo, undo, undoAct } from './undo.ts';

/** A document is shown before its suggestions rather than later than this. */
const MOST_WAITED_MS = 150;

/** Begins to learn, which cards wait for; in a small project it is done then. */
async function begunSoon(project: Project): Promise<void> {
  await Promise.race([learnerOf(project).begun(), delay(MOST_WAITED_MS, undefined, { ref: false })]);
}

export const annotations = {
  disagreements: os.annotations.disagreements.handler(({ context: { workspace } }) =>
    disagreementsOf(workspace.opened().project),
  ),
  settleBy: os.annotations.settleBy.handler(({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    settleBy(project, input);
    return disagreementsOf(project);
  }),
  queues: os.annotations.queues.handler(() => [...QUEUES]),
  next: os.annotations.next.handler(async ({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    await begunSoon(project);
    if (input.strategy === 'disagreement') await learnerOf(project).unlearnt();
    // Closed meanwhile, nobody looks at what comes next any more.
    return project.open ? nextCards(project, input) : [];
  }),
  get: os.annotations.get.handler(async ({ context: { workspace }, input: { annotator, id } }) => {
    const { project } = workspace.opened();
    await begunSoon(project);
    return cardOf(workspace.opened().project, annotator, id);
  }),
  text: os.annotations.text.handler(({ context: { workspace }, input: { id, from } }) => ({
    text: textPiece(workspace.opened().project, id, from),
  })),
  decide: os.annotations.decide.handler(({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    const values = new Map(input.values.map(({ labelId, value }) => [labelId, value]));
    const { annotator, documentIds, status, note, flagged, seconds } = input;
    const given = documentIds.map((documentId) => ({
      documentId,
      values,
      status: status ?? statusNow(project, annotator, documentId),
      note,
      flagged,
      seconds,
    }));
    const kind = documentIds.length > 1 ? 'bulk' : 'annotate';
    return { revision: annotate(project, annotator, given, kind) ?? null };
  }),
  undo: os.annotations.undo.handler(({ context: { workspace }, input }) =>
    takenBack(workspace, (project) =>
      input.act === undefined ? undo(project, input.annotator) : undoAct(project, input.annotator, input.act),
    ),
  ),
  redo: os.annotations.redo.handler(({ context: { workspace }, input }) =>
    takenBack(workspace, (project) => redo(project, input.annotator)),
  ),
  history: os.annotations.history.handler(({ context: { workspace }, input }) =>
    historyOf(workspace.opened().project, input.id),
  ),
  explain: os.annotations.explain.handler(async ({ context: { workspace }, input, signal }) => {
    const { id: documentId, labelId } = input;
    return [...(await workspace.opened().explanations.explain({ documentId, labelId, signal }))];
  }),
};

/** A decision on a new document makes it a draft; others keep their state. */
function statusNow({ stores: { annotations: store } }: Project, annotator: string, documentId: number) {
  const state = store.state(documentId, store.annotatorId(annotator));
  return state === undefined || state.status === 'new' ? 'draft' : state.status;
}

/** A text that is another again is to be read anew. */
function takenBack(workspace: Workspace, work: (project: Project) => number[]): { documents: number[] } {
  const { project, refresh } = workspace.opened();
  const before = project.stores.documents.textsSet;
  const documents = work(project);
  if (project.stores.documents.textsSet !== before) refresh();
  return { documents };
}
