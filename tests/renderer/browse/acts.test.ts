import { ORPCError } from '@orpc/client';
import { beforeEach, expect, test } from 'vitest';
import { type Api, useApi } from '../../../renderer/src/api.ts';
import { acts } from '../../../renderer/src/browse/acts.svelte.ts';
import { createTable } from '../../../renderer/src/browse/table.svelte.ts';
import { showOpening } from '../../../renderer/src/connect/opening.ts';
import { preferences } from '../../../renderer/src/state/preferences.svelte.ts';

let opening = 0;
beforeEach(() => showOpening(`opening ${++opening}`));

const works = async () => undefined;

/** A way back that the backend refuses. */
function refused(code: string) {
  return async () => {
    const data = { code, message: 'no', hint: null, remedy: null, params: {} };
    throw new ORPCError('CONFLICT', { data });
  };
}

/** A way back that is under way until it is ended. */
function slow() {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  return { undo: () => promise, work: () => resolve(undefined), fail: () => reject(new Error('no')) };
}

test.each(['act_undone', 'act_overtaken'])(
  'an act that can never be taken back (%s) is not in the way of those before it',
  async (code) => {
    acts.say('one', works);
    acts.say('two', refused(code));
    await acts.undoLast();
    expect(acts.last?.message).toBe('one');
    await acts.undoLast();
    expect(acts.last).toBeUndefined();
  },
);

test('an act whose way back failed otherwise can be tried again', async () => {
  acts.say('one', works);
  acts.say('two', refused('id_taken'));
  await acts.undoLast();
  expect(acts.last?.message).toBe('two');
});

test('what is done while another act is being taken back stays when that fails', async () => {
  const { undo, fail } = slow();
  acts.say('one', undo);
  const undone = acts.undoLast();
  expect(acts.last).toBeUndefined();
  acts.say('two', works);
  fail();
  await undone;
  expect(acts.last?.message).toBe('two');
  await acts.undoLast();
  expect(acts.last?.message).toBe('one');
});

test('an act that is taken back elsewhere meanwhile, or whose project is left, does not come back', async () => {
  const first = slow();
  acts.say('one', first.undo, 'key');
  const undone = acts.undoLast();
  acts.drop('key');
  first.fail();
  await undone;
  expect(acts.last).toBeUndefined();
  const second = slow();
  acts.say('two', second.undo);
  const left = acts.undoLast();
  showOpening('another');
  second.fail();
  await left;
  expect(acts.last).toBeUndefined();
});

test('an act that is being taken back is not taken back twice', async () => {
  const { undo, work } = slow();
  let asked = 0;
  acts.say('one', () => {
    asked += 1;
    return undo();
  });
  const both = [acts.undoLast(), acts.undoLast()];
  work();
  await Promise.all(both);
  expect([asked, acts.last]).toEqual([1, undefined]);
});

test('what someone did in Browse is taken back as theirs, whoever annotates by then', async () => {
  const asked: unknown[] = [];
  const row = { id: 1 };
  useApi({
    annotations: {
      decide: async () => ({ revision: 2 }),
      undo: async (input: unknown) => {
        asked.push(input);
        return { documents: [1] };
      },
    },
    documents: {
      page: async () => ({ total: 1, rows: [row] }),
      ids: async () => ({ ids: [1], more: false }),
      delete: async () => {
        // Someone else sits down while it is on its way.
        preferences.annotator = 'grace';
        return { act: 3, documents: 1 };
      },
    },
  } as unknown as Api);
  preferences.annotator = 'ada';
  const table = createTable();
  await table.search();
  await table.all();
  await table.change({ values: [], status: 'done' }, () => 'decided');
  await table.delete();
  await acts.undoLast();
  await acts.undoLast();
  expect(asked).toEqual([
    { annotator: 'ada', act: 3 },
    { annotator: 'ada', act: 2 },
  ]);
});
