import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { undo } from '../../../backend/annotating/undo.ts';
import { deleteDocuments } from '../../../backend/documents/changing.ts';
import type { Project } from '../../../backend/project/file.ts';
import { oneSidedIn } from '../../../backend/suggesting/oneSided.ts';
import { createRandom } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';

type Values = readonly (readonly [label: number, value: 'yes' | 'no'])[];
const draft = (documentId: number, values: Values) =>
  ({ documentId, values: new Map(values), status: 'draft' }) as const;

function projectOf(documents: number) {
  const project = newProject(['a', 'b', 'c']);
  const texts = Array.from({ length: documents }, (_, i) => `text ${i}`);
  const ids = addDocuments(project, texts);
  const has = (document: number, label: number) => oneSidedIn(project).has(ids[document]!, label);
  return { project, ids, has };
}

test('a file that names what applies gives yeses that tell no share, until documents are finished', () => {
  const { project, ids, has } = projectOf(3);
  annotate(
    project,
    'file',
    ids.map((id) => draft(id, [[1, 'yes']])),
    'import',
  );
  expect([has(0, 1), has(1, 1), has(0, 2)]).toEqual([true, true, false]);
  annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [2, 3] })]);
  expect([has(0, 1), has(1, 1)]).toEqual([false, true]);
  undo(project, 'ada');
  expect(has(0, 1)).toBe(true);
});

test('a file that has both answers of a label asked for both, of this label', () => {
  const { project, ids, has } = projectOf(3);
  const answers = [
    draft(ids[0]!, [
      [1, 'yes'],
      [2, 'yes'],
    ]),
    draft(ids[1]!, [[1, 'no']]),
    draft(ids[2]!, [[3, 'no']]),
  ];
  annotate(project, 'file', answers, 'import');
  expect([has(0, 1), has(1, 1), has(0, 2), has(2, 3)]).toEqual([false, false, true, true]);
  // What is decided one by one is another act.
  annotate(project, 'ada', [draft(ids[1]!, [[2, 'no']])]);
  expect(has(0, 2)).toBe(true);
});

test.each([
  [20, false],
  [21, true],
])('a file with one no beside %d yeses of a label is one-sided: %s', (yeses, oneSided) => {
  const { project, ids, has } = projectOf(yeses + 1);
  const answers = ids.map((id, i) => draft(id, [[1, i === 0 ? 'no' : 'yes']]));
  annotate(project, 'file', answers, 'import');
  expect([has(0, 1), has(1, 1)]).toEqual([oneSided, oneSided]);
});

test('yeses to many documents at once are one-sided though they are finished, noes that finish them are not', () => {
  const { project, ids, has } = projectOf(4);
  for (const id of ids) annotate(project, 'ada', [decided(id, { yes: [], no: [1, 2] })]);
  const many = (values: Values) =>
    ids.slice(0, 2).map((id) => ({ ...draft(id, values), status: 'done' as const }));
  annotate(project, 'ada', many([[3, 'yes']]), 'bulk');
  expect([has(0, 3), has(0, 1)]).toEqual([true, false]);
  annotate(project, 'ada', many([[3, 'no']]), 'bulk');
  expect(has(0, 3)).toBe(false);
});

/** The same, by its definition. */
function byDefinition(project: Project): string[] {
  const answers = project.stores.partial.answers();
  const told = answers.map((own) => {
    const among = answers.filter(({ act, labelId }) => act === own.act && labelId === own.labelId);
    const [yes, no] = (['yes', 'no'] as const).map(
      (value) => among.filter((one) => one.value === value).length,
    );
    return { ...own, oneSided: yes! > 20 * no! || (own.finished === 0 && yes === 0) };
  });
  const cells = Map.groupBy(told, ({ documentId, labelId }) => `${documentId} ${labelId}`);
  return [...cells]
    .filter(([, own]) => own.every(({ oneSided }) => oneSided))
    .map(([cell]) => cell)
    .sort();
}

test('what is kept of it is what the file has, whatever was done by whom', () => {
  const { project, ids } = projectOf(10);
  const random = createRandom(3);
  const one = <T>(of: readonly T[]): T => of[random.integer(of.length)]!;
  const seen = new Set<number>();
  for (let step = 0; step < 200; step++) {
    const values: Values = [1, 2, 3].flatMap((label) =>
      random.uniform() < 0.4 ? [] : [[label, random.uniform() < 0.8 ? 'yes' : 'no'] as const],
    );
    const some = random.shuffle([...ids]).slice(0, 1 + random.integer(3));
    const status = one(['draft', 'draft', 'done'] as const);
    try {
      const act = random.uniform();
      if (act < 0.15) undo(project, one(['ada', 'bob']));
      else if (act < 0.17) deleteDocuments(project, 'ada', [one(ids)]);
      else
        annotate(
          project,
          one(['ada', 'bob']),
          some.map((id) => ({ ...draft(id, values), status })),
          one(['annotate', 'bulk', 'import'] as const),
        );
    } catch (error) {
      // Of a document that was deleted meanwhile, or with nothing to take back.
      expect(error).toHaveProperty('code');
    }
    const now = oneSidedIn(project);
    const told = ids.flatMap((id) =>
      [1, 2, 3].filter((label) => now.has(id, label)).map((label) => `${id} ${label}`),
    );
    expect(told.sort(), `step ${step}`).toEqual(byDefinition(project));
    seen.add(told.length);
  }
  expect(seen.size).toBeGreaterThan(5);
});
