import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

test('where one stands, for people and for programs', () => {
  const { json, write, run } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(24));
  json('new', 'p.entail', '--labels', 'labels.json');
  expect(json('progress', 'p.entail')).toMatchObject({ documents: 0, done: 0, pace: null, learnt: null });
  json('import', 'p.entail', 'train.jsonl', '--absent', 'no');
  json('suggest', 'p.entail');
  const found = json<{
    training: { decidedSince: number };
    learnt: { documents: number; forecast: unknown; labels: { need: { kind: string } }[] };
  }>('progress', 'p.entail');
  expect(found.training.decidedSince).toBe(24);
  expect(found.learnt).toMatchObject({ documents: 24, forecast: null });
  expect(found.learnt.labels).toHaveLength(2);
  const { code, out } = run(['progress', 'p.entail']);
  expect(code).toBe(0);
  expect(out).toMatch(/24 documents were decided and never trained on/);
  expect(out).toMatch(/What more documents would bring is not known yet/);
  expect(out.match(/Enough\?/g)).toHaveLength(4);
});
