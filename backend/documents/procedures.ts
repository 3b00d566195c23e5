import type { Filter } from '../../contract/index.ts';
import { mustGet } from '../../process/must.ts';
import { os } from '../app/base.ts';
import type { Project } from '../project/file.ts';
import { currentSuggestions } from '../suggesting/current.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { accept, acceptable, takeBackAccepted } from './accepting.ts';
import { browse } from './browsing.ts';
import { correctText, deleteDocuments } from './changing.ts';
import { fieldsOf } from './fields.ts';
import { matchingIds } from './filtering.ts';
import { similarDocuments } from './similarity.ts';
import { doubtsIn } from './unconfirmed.ts';

const START = 200;
const MOST_IDS = 10_000;
const MOST_ACCEPTANCES = 20;

export const documents = {
  delete: os.documents.delete.handler(({ context: { workspace }, input: { annotator, ids } }) =>
    deleteDocuments(workspace.opened().project, annotator, ids),
  ),
  correct: os.documents.correct.handler(({ context: { workspace }, input: { annotator, ...change } }) => {
    const { project, refresh } = workspace.opened();
    const changed = correctText(project, annotator, change);
    if (changed.act !== null) refresh();
    return changed;
  }),
  page: os.documents.page.handler(async ({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    await ready(project, input.filter);
    const isCurrent = await currentSuggestions(project);
    return browse(workspace.opened().project, input, isCurrent);
  }),
  fields: os.documents.fields.handler(({ context: { workspace } }) => [
    ...fieldsOf(workspace.opened().project),
  ]),
  ids: os.documents.ids.handler(async ({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    await ready(project, input.filter);
    const ids = matchingIds(project, { ...input, sort: 'order' });
    return { ids: [...ids.slice(0, MOST_IDS)], more: ids.length > MOST_IDS };
  }),
  acceptable: os.documents.acceptable.handler(({ context: { workspace }, input }) =>
    acceptable(workspace.opened().project, input),
  ),
  doubts: os.documents.doubts.handler(({ context: { workspace } }) => doubtsIn(workspace.opened().project)),
  accept: os.documents.accept.handler(({ context: { workspace }, input }) =>
    accept(workspace.opened().project, input),
  ),
  acceptances: os.documents.acceptances.handler(({ context: { workspace } }) =>
    workspace.opened().project.stores.accepted.all(MOST_ACCEPTANCES),
  ),
  takeBackAccepted: os.documents.takeBackAccepted.handler(({ context: { workspace }, input: { act } }) => {
    takeBackAccepted(workspace.opened().project, act);
    return { act };
  }),
  similar: os.documents.similar.handler(async ({ context: { workspace, engine }, input, signal }) => {
    const { project } = workspace.opened();
    const found = await similarDocuments(project, engine, { ...input, signal });
    return found.map(({ id, similarity }) => ({
      id,
      start: mustGet(project.stores.documents, id, 'document').text.slice(0, START),
      similarity,
    }));
  }),
};

/** What contradicts a decision is what would be suggested without it. */
async function ready(project: Project, { disagreement }: Filter): Promise<void> {
  if (disagreement) await learnerOf(project).unlearnt();
}
