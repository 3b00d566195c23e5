import { expect, test } from 'vitest';
import { LABELS_FILE, rows, workplace } from './support.ts';

function project() {
  const place = workplace();
  place.write('labels.json', LABELS_FILE);
  place.write('rows.jsonl', rows(6));
  place.json('new', 'p.entail', '--labels', 'labels.json');
  place.json('import', 'p.entail', 'rows.jsonl', '--absent', 'no');
  return place;
}

test('documents are deleted, corrected and brought back', () => {
  const { run, json, write } = project();
  const exported = () => {
    json('export-data', 'p.entail', '--format', 'jsonl', '--to', 'out.jsonl', '--overwrite');
    return run(['check', 'p.entail']).code === 0;
  };
  expect(json('delete', 'p.entail', 'd0', 'd2', '--as', 'ada')).toEqual({ documents: 2 });
  expect(run(['delete', 'p.entail', 'd1', 'd2', '--as', 'ada'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no document "d2". Nothing was changed.'),
  });
  write('text.txt', 'quite another text\n');
  expect(json('correct', 'p.entail', 'd1', '--from', 'text.txt', '--as', 'ada')).toEqual({ changed: true });
  expect(run(['correct', 'p.entail', 'd1', '--as', 'ada']).code).toBe(2);
  expect(run(['correct', 'p.entail', 'd1', '--as', 'ada', '--text', ' ']).err).toContain('needs a text');
  expect(exported()).toBe(true);
  expect(json('undo', 'p.entail', '--as', 'ada')).toEqual({ documents: ['d1'] });
  expect(json('undo', 'p.entail', '--as', 'ada')).toEqual({ documents: ['d0', 'd2'] });
  expect(json('undo', 'p.entail', '--as', 'ada')).toEqual({ documents: [] });
});

test('the rule for disagreements is chosen, and what it leaves open is listed', () => {
  const { json, write, run } = project();
  write('bob.jsonl', '{"id":"d0","labels":[]}\n{"id":"d1","labels":["price"]}\n');
  write('ada.jsonl', '{"id":"d0","labels":["shipping"]}\n');
  json('annotate', 'p.entail', '--from', 'ada.jsonl', '--as', 'ada');
  json('annotate', 'p.entail', '--from', 'bob.jsonl', '--as', 'bob');
  const found = json<{ disputed: number; open: number; rule: string }>('disagreements', 'p.entail');
  expect(found).toMatchObject({ rule: 'majority', disputed: 1 });
  expect(run(['disagreements', 'p.entail', '--rule', 'adjudicated'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nobody is named'),
  });
  expect(json('disagreements', 'p.entail', '--rule', 'adjudicated', '--adjudicator', 'dora')).toMatchObject({
    open: 1,
    openDocuments: [1],
  });
  expect(run(['disagreements', 'p.entail']).out).toBe(
    'Annotators disagree on 1 answer: what dora says counts. 1 of them is left open and left out.\nOpen: d0.\n',
  );
  expect(json('disagreements', 'p.entail', '--rule', 'latest')).toMatchObject({ disputed: 1, open: 0 });
});
