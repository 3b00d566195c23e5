import { expect, test } from 'vitest';
import { replaceMarked } from '../../tools/nli/marked.ts';
import { averageOf, comparisonTable, type Readings, scoresTable } from '../../tools/nli/zeroShotReport.ts';

const scores = (value: number, accuracy: number | null): Readings[string] => ({
  macroF1: value,
  microF1: value,
  macroF1Best: value,
  microF1Best: value,
  threshold: 0.5,
  meanAveragePrecision: value,
  topLabel: value,
  accuracy,
});
const SETS: Record<string, Readings> = {
  'text/one': { base: scores(0.25, null), own: scores(0.5, null) },
  'text/two': { base: scores(0.25, 0.75), own: scores(0, 0.5) },
};
const average = averageOf(Object.values(SETS));

test('averages are over all sets, that of the accuracy over the sets that have one', () => {
  expect(average).toEqual({ base: scores(0.25, 0.75), own: scores(0.25, 0.5) });
});

test('the table has a row per set and reading, the average last, an empty cell without an accuracy', () => {
  const rows = scoresTable({ sets: SETS, average }).split('\n');
  expect(rows).toHaveLength(2 + 6);
  expect(rows[2]).toBe('| one | base | 0.25 | 0.25 | 0.25 | 0.25 | 0.25 | 0.25 |  |');
  expect(rows.at(-1)).toBe('| average | own | 0.25 | 0.25 | 0.25 | 0.25 | 0.25 | 0.25 | 0.50 |');
});

test('a comparison counts the sets on which a reading is better, of those that have the score', () => {
  const report = {
    ...{ part: 'test' as const, precision: 'fp32', characters: 1, texts: {}, pairs: {}, nli: {} },
    ...{ sets: SETS, average },
  };
  const cells = comparisonTable(report, 'base', ['own']).split('\n')[2]!.split(' | ');
  expect(cells[1]).toBe('0.250 against 0.250; better on 1 of 2');
  expect(cells.at(-1)).toBe('0.500 against 0.750; better on 0 of 1 |');
});

test('what stands between the markers is replaced, again and again; a document without them is refused', () => {
  const once = replaceMarked('a\n<!-- t -->\nold\n<!-- /t -->\nb', 't', 'new');
  expect(once).toBe('a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb');
  expect(replaceMarked(once, 't', 'new')).toBe(once);
  expect(() => replaceMarked('a', 't', 'new')).toThrow('no part between');
});
