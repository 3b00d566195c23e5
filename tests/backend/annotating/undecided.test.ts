import { expect, it } from 'vitest';
import type { Backend } from '../../../backend/index.ts';
import { openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments } from '../../support/project.ts';

const annotator = 'ann';
const TEXTS = ['one', 'two', 'three', 'four'];

/** Two labels and four documents: two done, one begun, one skipped; then a third label. */
async function withNewLabel(): Promise<{ backend: Backend; refund: number }> {
  const backend = await openBackend(['shipping', 'price']);
  addDocuments(backend.session.workspace.opened().project, TEXTS);
  const api = clientOf(backend);
  const [shipping, price] = (await api.labels.list()).map(({ id }) => id);
  const decide = (id: number, status: 'done' | 'draft' | 'skipped') =>
    api.annotations.decide({
      annotator,
      documentIds: [id],
      values: [
        { labelId: shipping!, value: 'yes' },
        { labelId: price!, value: 'no' },
      ],
      status,
    });
  await decide(1, 'done');
  await decide(2, 'done');
  await decide(3, 'draft');
  await decide(4, 'skipped');
  const refund = await api.labels.add({ name: 'refund', hypotheses: [] });
  return { backend, refund: refund.id };
}

it('documents that were done before a label existed know nothing of it, stay done, and are shown as such', async () => {
  const { backend, refund } = await withNewLabel();
  const api = clientOf(backend);
  expect(await api.labels.unknownTo({ id: refund, annotator })).toEqual({ documents: 2 });
  expect(await api.labels.unknownTo({ id: refund, annotator: 'someone else' })).toEqual({ documents: 0 });
  expect((await api.project.summary({ annotator })).done).toBe(2);
  const filter = { search: '', status: 'all' as const };
  const { rows } = await api.documents.page({ annotator, filter, sort: 'order', offset: 0, limit: 10 });
  expect(rows.map(({ id, status, undecided }) => [id, status, undecided])).toEqual([
    [1, 'done', 1],
    [2, 'done', 1],
    [3, 'draft', 0],
    [4, 'skipped', 0],
  ]);
  const undecided = {
    ...filter,
    status: 'done' as const,
    decided: { labelId: refund, value: 'undecided' as const },
  };
  expect((await api.documents.ids({ annotator, filter: undecided })).ids).toEqual([1, 2]);
});

it('they can be gone through in one go, until each has an answer', async () => {
  const { backend, refund } = await withNewLabel();
  const api = clientOf(backend);
  const next = async (labelId?: number) =>
    (
      await api.annotations.next({
        annotator,
        strategy: 'undecided',
        ...(labelId !== undefined && { labelId }),
        limit: 5,
        except: [],
      })
    ).map(({ id, reason, status }) => [id, reason, status]);
  expect(await next(refund)).toEqual([
    [1, 'undecided', 'done'],
    [2, 'undecided', 'done'],
  ]);
  await api.annotations.decide({
    annotator,
    documentIds: [1],
    values: [{ labelId: refund, value: 'no' }],
    status: 'done',
  });
  expect(await next()).toEqual([[2, 'undecided', 'done']]);
  await api.labels.remove({ id: refund });
  expect(await next()).toEqual([]);
});
