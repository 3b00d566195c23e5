import { expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { censusOf } from '../../../backend/importing/preview.ts';
import { newProject } from '../../support/project.ts';
import { fileWith } from './formats/support.ts';

const table = (labels: readonly string[]) =>
  fileWith('a.csv', ['id;text;labels', ...labels.map((cell, i) => `${i};text ${i};"${cell}"`)].join('\n'));

test.each([
  [['a; b', 'b', 'c', 'a, c'], '"a, c" became one label, and is made'],
  [['a; b', 'b; c', 'A, C', 'b, c'], '"A, C", "b, c" became one label each, and are made'],
  [['late', 'price', 'price/late'], '"price/late" became one label, and is made'],
])('labels that are made of others are told before the import and after it: %j', async (labels, words) => {
  const files = [table(labels)];
  const note = `${words} of other labels: where several stand in one cell, the same sign has to stand between them everywhere.`;
  const project = newProject([]);
  const census = await censusOf(project, { files, reading: {}, annotator: 'ada', longerThan: 2000 });
  expect(census.notes).toEqual([note]);
  expect((await importFiles(project, { files, annotator: 'ada' })).notes).toEqual([note]);
});

test.each([
  [['Food, drinks', 'price'], []],
  [['a and b', 'a', 'b'], []],
  [['a', 'b', 'a / b'], ['a / b']],
])('labels that only look so, or that the project has, are not: %j', async (labels, known) => {
  const report = await importFiles(newProject(known), { files: [table(labels)], annotator: 'ada' });
  expect(report.notes).toEqual([]);
});

test('characters that take no room make no other label', async () => {
  const project = newProject(['price']);
  const files = [table(['late', '\u200blate', 'la\u00adte', 'Late\ufeff', '\u2060price'])];
  const { newLabels } = await importFiles(project, { files, annotator: 'ada' });
  expect(newLabels).toEqual(['late']);
  // What a project has two of stays two.
  const two = newProject([]);
  two.write(() => {
    for (const name of ['late', 'la\u00adte']) two.stores.labels.add({ name, hypotheses: [] });
  });
  await importFiles(two, { files: [table(['late', 'la\u00adte'])], annotator: 'ada' });
  const said = [1, 2].map((id) => two.stores.standing.decisions(id).map(({ labelId }) => labelId));
  expect(said).toEqual([[1], [2]]);
});
