import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../../backend/annotating/annotating.ts';
import { addLabels } from '../../../../backend/labels/labels.ts';
import type { Project } from '../../../../backend/project/file.ts';
import { priorSample } from '../../../../backend/suggesting/priorSample.ts';
import { zeroShotOf } from '../../../../backend/suggesting/zeroShot.ts';
import { allFollowed, expectAsPredicted } from '../../../support/asPredicted.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { annotatedProject } from '../../../support/learning.ts';
import { WORDS } from '../../../support/tinyModel.ts';

/** More than tell what is usual for labels, which are read for all of them. */
const DOCUMENTS = 80;

function withLabels(count: number) {
  const found = annotatedProject(DOCUMENTS);
  const { project, model } = found;
  writeFileSync(join(model, 'entail.json'), JSON.stringify({ version: 1, combination: FUSION_WEIGHTS }));
  addLabels(
    project,
    Array.from({ length: count - 2 }, (_, i) => {
      const name = `${WORDS[5 + (i % 6)]} ${WORDS[11 + (i % 5)]} ${i}`;
      return { name, hypotheses: [`this is about ${name} .`] };
    }),
  );
  return found;
}

/** No probability is the one that a text has before anything is learnt. */
function expectAllLearnt(project: Project, table: ReadonlyMap<number, Float32Array>): void {
  const plain = zeroShotOf(project);
  const cells = [...table].flatMap(([id, row]) => [...row].map((p, i) => p === plain.row(id)?.[i]));
  expect(cells.filter(Boolean)).toEqual([]);
}

test.each([24, 25, 40])(
  'with %i labels what was learnt is suggested for every label of every document',
  async (count) => {
    const { project, engine } = withLabels(count);
    await allFollowed(project, engine);
    expect(priorSample(project)).toHaveLength(48);
    expectAllLearnt(project, await expectAsPredicted(project, engine));
  },
);

test('a label more than are read for every text leaves what was learnt of the others', async () => {
  const { project, engine } = withLabels(24);
  await allFollowed(project, engine);
  addLabels(project, [{ name: 'late', hypotheses: ['this is about late .'] }]);
  await allFollowed(project, engine);
  expectAllLearnt(project, await expectAsPredicted(project, engine));
  // A decision after it, too.
  const all = project.stores.labels.all().map(({ id }) => id);
  annotate(project, 'ada', [decided(1, { yes: all, no: [] })]);
  await allFollowed(project, engine);
  await expectAsPredicted(project, engine);
});
