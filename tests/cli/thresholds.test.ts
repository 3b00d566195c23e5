import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

interface Row {
  label: string;
  threshold: number;
  from: string;
  target: { of: string; least: number } | null;
  expected: { now: { suggested: number; recall: { mean: number } }; best: unknown } | null;
}

test('a precision is asked for by the command line, and it says what that comes to', () => {
  const { json, write, run } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(24));
  json('new', 'p.entail', '--labels', 'labels.json');
  json('import', 'p.entail', 'train.jsonl', '--absent', 'no');
  const thresholds = (...options: string[]) =>
    json<{ labels: Row[] }>('thresholds', 'p.entail', ...options).labels;

  expect(thresholds('--recall', '90').map(({ from, expected }) => [from, expected])).toEqual([
    ['default', null],
    ['default', null],
  ]);
  json('suggest', 'p.entail');
  const all = thresholds();
  expect(all.map(({ from, target }) => [from, target])).toEqual([
    ['target', { of: 'recall', least: 0.9 }],
    ['target', { of: 'recall', least: 0.9 }],
  ]);
  for (const { expected } of all) expect(expected!.now.recall.mean).toBeGreaterThanOrEqual(0.9 - 1e-6);
  const [price] = thresholds('--label', 'Price', '--best');
  expect(price).toMatchObject({ label: 'price', from: 'expected', target: null });
  const { code, out } = run(['thresholds', 'p.entail']);
  expect(code).toBe(0);
  expect(out).toMatch(/shipping.*recall 90.*%/);
  expect(out).toMatch(/price.*best F1/);

  expect(run(['thresholds', 'p.entail', '--label', 'taste', '--best']).err).toContain('no label "taste"');
  expect(run(['thresholds', 'p.entail', '--best', '--precision', '90']).code).toBe(2);
}, 300_000);
