import { expect, test, vi } from 'vitest';
import { annotate, decided } from '../../../../backend/annotating/annotating.ts';
import { settleBy } from '../../../../backend/annotating/disagreements.ts';
import { undo } from '../../../../backend/annotating/undo.ts';
import { nextIds } from '../../../../backend/choosing/choosing.ts';
import { deleteDocuments } from '../../../../backend/documents/changing.ts';
import { lockTestSample } from '../../../../backend/evaluating/testSample.ts';
import type { Project } from '../../../../backend/project/file.ts';
import { decidedIn } from '../../../../backend/suggesting/learning/answers.ts';
import { createRandom } from '../../../../engine/index.ts';
import { suggest } from '../../../support/evidence.ts';
import { addDocuments, newProject } from '../../../support/project.ts';

/** The same, counted anew from the file. */
function counted({ stores: { settled, documents } }: Project) {
  const rows = [...settled.answers()];
  const teaching = new Set(rows.map(({ documentId }) => documentId));
  const yeses = rows.filter(({ value }) => value === 'yes').map(({ labelId }) => labelId);
  const test = new Set(documents.inSplit('test'));
  return {
    documents: teaching.size,
    yeses: [1, 2, 3].map((label) => yeses.filter((id) => id === label).length),
    teaching: [...teaching].filter((id) => !test.has(id)).sort((a, b) => a - b),
  };
}

function told(project: Project) {
  const { tally, answers } = decidedIn(project);
  return {
    documents: tally.documents,
    yeses: [1, 2, 3].map((label) => tally.yeses.get(label) ?? 0),
    teaching: [...answers.keys()].sort((a, b) => a - b),
  };
}

test('what is kept of answers is what the file has, whatever was done by whom', () => {
  const project = newProject(['a', 'b', 'c']);
  const ids = addDocuments(
    project,
    Array.from({ length: 12 }, (_, i) => `text ${i}`),
  );
  lockTestSample(project, { size: 3, seed: 1 });
  const random = createRandom(4);
  const one = <T>(of: readonly T[]): T => of[random.integer(of.length)]!;
  const acts: (() => unknown)[] = [
    () => {
      const some = random.shuffle([1, 2, 3]);
      const cut = random.integer(4);
      const answers = { yes: some.slice(0, cut), no: some.slice(cut, 3 - random.integer(2)) };
      const begun = random.uniform() < 0.5 ? ({ status: 'draft' } as const) : {};
      annotate(project, one(['ada', 'bob', 'eve']), [{ ...decided(one(ids), answers), ...begun }]);
    },
    () => undo(project, one(['ada', 'bob'])),
    () => settleBy(project, { rule: one(['majority', 'latest'] as const) }),
    () => random.uniform() < 0.2 && deleteDocuments(project, 'ada', [one(ids)]),
  ];
  const done = new Set<number>();
  for (let step = 0; step < 150; step++) {
    const act = random.uniform() < 0.7 ? 0 : random.integer(acts.length);
    try {
      if (acts[act]!() !== false) done.add(act);
    } catch (error) {
      // Of a document that was deleted meanwhile.
      expect(error).toMatchObject({ code: 'document_missing' });
    }
    expect(told(project), `step ${step}`).toEqual(counted(project));
  }
  expect([...done].sort()).toEqual([0, 1, 2, 3]);
});

test('after a decision a choice reads its document, not all answers of the project', () => {
  const project = newProject(['a']);
  const ids = addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  for (const [i, id] of ids.entries()) suggest(project, id, new Map([[1, (i % 5) - 2]]));
  const choose = () => nextIds(project, { strategy: 'rarity', limit: 3, seed: 1 });
  annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [] })]);
  choose();
  const all = vi.spyOn(project.stores.settled, 'answers');
  const own = vi.spyOn(project.stores.settled, 'of');
  annotate(project, 'ada', [decided(ids[1]!, { yes: [1], no: [] })]);
  choose();
  expect(all).not.toHaveBeenCalled();
  expect(own.mock.calls).toEqual([[ids[1]]]);
});
