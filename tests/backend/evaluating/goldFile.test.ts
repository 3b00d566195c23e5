import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateOn } from '../../../backend/evaluating/goldFile.ts';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { annotatedProject } from '../../support/learning.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('figures on documents that taught what suggests say so; others have intervals and no such word', async () => {
  const { project, engine } = annotatedProject(24);
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const file = join(temporaryFolder(), 'gold.jsonl');
  const [first] = [...project.stores.documents.ids()];
  const known = project.stores.documents.get(first!)!.text;
  const rows = [
    { text: 'the parcel came so late', labels: ['shipping'] },
    { text: 'such a high price', labels: ['price'] },
  ];
  const told: string[] = [];
  const figures = async (own: object[], model?: string) => {
    told.length = 0;
    writeFileSync(file, own.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return evaluateOn(project, engine, {
      file,
      ...(model !== undefined && { model }),
      threshold: 0.5,
      device: 'cpu',
      precision: 'fp32',
      onNotice: (text) => told.push(text),
    });
  };
  const metrics = await figures(rows);
  expect(metrics.labels.every(({ intervals }) => intervals !== undefined)).toBe(true);
  expect(metrics.macro.intervals).toBeDefined();
  expect(told.join()).not.toContain('learnt from');
  await figures([...rows, { text: known, labels: ['shipping'] }]);
  expect(told.join()).toContain('1 of 3 rows are documents of this project that it learnt from');
  // The model as it came has learnt from nothing.
  await figures(
    [...rows, { text: known, labels: ['shipping'] }],
    String(project.stores.settings.get('model')),
  );
  expect(told.join()).not.toContain('learnt from');
});
