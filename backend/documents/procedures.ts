import { os } from '../app/base.ts';
import { browse } from './browsing.ts';
import { correctText, deleteDocuments } from './changing.ts';
import { matchingIds } from './filtering.ts';
import { similarDocuments } from './similarity.ts';

const START = 200;
const MOST_IDS = 10_000;

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
  page: os.documents.page.handler(({ context: { workspace }, input }) =>
    browse(workspace.opened().project, input),
  ),
  ids: os.documents.ids.handler(({ context: { workspace }, input }) => {
    const ids = matchingIds(workspace.opened().project, { ...input, sort: 'order' });
    return { ids: [...ids.slice(0, MOST_IDS)], more: ids.length > MOST_IDS };
  }),
  similar: os.documents.similar.handler(async ({ context: { workspace, engine }, input, signal }) => {
    const { project } = workspace.opened();
    const found = await similarDocuments(project, engine, { ...input, signal });
    return found.map(({ id, similarity }) => ({
      id,
      start: project.stores.documents.get(id)!.text.slice(0, START),
      similarity,
    }));
  }),
};
