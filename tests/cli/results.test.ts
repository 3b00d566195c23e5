import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { updateLabel } from '../../backend/labels/changes.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { openProject } from '../../backend/project/file.ts';
import { LABELS_FILE, rows, workplace } from './support.ts';

const TABLE = `Created;Kunde;message;Betrag
2026-01-05;0012;the parcel came late;12.5
2026-01-06;0013;the price is high;3
2026-01-07;0014;nice colour;
2026-01-08;0015;late and the price is high;7
`;

test('a table in, suggestions accepted and taken back, the same table out with what holds', async () => {
  const { dir, run, json, write } = workplace();
  write('labels.json', '["shipping", "price"]');
  write('tickets.csv', TABLE);
  json('new', 'p.entail', '--labels', 'labels.json');
  json('import', 'p.entail', 'tickets.csv');
  json('suggest', 'p.entail');
  const found = json<{ act: null; answers: number; documents: number }>(
    ...['accept', 'p.entail', '--as', 'ada', '--dry-run'],
  );
  expect(found.act).toBeNull();
  const looked = run(['accept', 'p.entail', '--as', 'ada', '--dry-run']);
  expect(looked.err).toContain('Nobody has finished a document yet');
  expect(looked.out).toMatch(/shipping: \d+ \(from 0\.50, about \d+\.\d % expected to be right\)/);
  expect(found.answers).toBeGreaterThan(0);
  // A table of results says for the model what is accepted here, and annotations do not.
  const exported = (format: string) =>
    run(['export-data', 'p.entail', '--format', format, '--to', `doubt.${format}`]).err;
  expect(exported('results-csv')).toContain('Nobody has finished a document yet');
  expect(exported('jsonl')).not.toContain('Nobody has finished');
  expect(run(['predict', 'p.entail', 'tickets.csv', '--out', 'predicted.csv']).err).toContain(
    'Nobody has finished a document yet',
  );
  const done = json<{ act: number; answers: number }>('accept', 'p.entail', '--as', 'ada');
  expect(done).toMatchObject({ answers: found.answers, act: 1 });
  expect(run(['accept', 'p.entail', '--as', 'ada']).out).toContain('There is no suggestion to accept.');
  expect(run(['accept', 'p.entail', '--as', 'ada', '--label', 'x']).err).toContain('no label "x"');
  // They are nobody's decisions: there is nothing to train on.
  expect(run(['train', 'p.entail']).err).toContain('no label was decided');

  expect(run(['export-data', 'p.entail', '--format', 'xlsx', '--to', 'out.xlsx'])).toMatchObject({
    code: 0,
    err: '',
  });
  expect(run(['export-data', 'p.entail', '--format', 'jsonl', '--to', 'odd.csv']).err).toBe(
    'Note: "odd.csv" is written as files that end in .jsonl are, whatever its own ending says.\n',
  );
  const [header, ...rows] = (await readSheet(join(dir, 'out.xlsx'))) as unknown as unknown[][];
  expect(header!.slice(0, 6)).toEqual(['Created', 'Kunde', 'message', 'Betrag', 'result', 'status']);
  expect(rows.map((row) => row.slice(0, 4))).toEqual([
    [new Date('2026-01-05T00:00:00.000Z'), '0012', 'the parcel came late', 12.5],
    [new Date('2026-01-06T00:00:00.000Z'), '0013', 'the price is high', 3],
    [new Date('2026-01-07T00:00:00.000Z'), '0014', 'nice colour', null],
    [new Date('2026-01-08T00:00:00.000Z'), '0015', 'late and the price is high', 7],
  ]);
  const from = header!.indexOf('shipping: from');
  const accepted = () => rows.flat().filter((cell) => cell === 'model, accepted').length;
  expect(from).toBeGreaterThan(0);
  expect(accepted()).toBe(found.answers);

  expect(run(['accept', 'p.entail', '--as', 'ada', '--undo']).out).toContain(`${found.answers} suggestions`);
  expect(run(['accept', 'p.entail', '--as', 'ada', '--undo']).out).toContain('nothing to take back');
  json('export-data', 'p.entail', '--format', 'results-jsonl', '--to', 'out.jsonl');
  expect(readFileSync(join(dir, 'out.jsonl'), 'utf8')).not.toContain('model, accepted');
  expect(existsSync(join(dir, 'out.csv'))).toBe(false);
});

test('predict labels with the names, thresholds and labels of today, whatever a run learnt', () => {
  const { dir, json, write } = workplace();
  write('labels.json', LABELS_FILE);
  write('train.jsonl', rows(40));
  write('more.csv', 'Nr,text\n7,the parcel came late\n8,the price is high\n');
  json('new', 'p.entail', '--labels', 'labels.json');
  json('import', 'p.entail', 'train.jsonl', '--absent', 'no');
  json('train', 'p.entail', '--epochs', '1', '--batch', '8');
  const project = openProject(join(dir, 'p.entail'));
  updateLabel(project, { id: 1, name: 'delivery' });
  addLabels(project, [{ name: 'colour', hypotheses: ['this is about colour .'] }]);
  project.write(() => {
    const run = project.stores.settings.get('activeRun');
    for (const [label, threshold] of [
      [1, 0],
      [2, 1],
      [3, 0],
    ] as const)
      project.stores.runs.setThreshold(run, label, threshold);
  });
  project.close();
  for (const asked of [[], ['--run', '1']]) {
    json('predict', 'p.entail', 'more.csv', '--out', 'out.jsonl', '--overwrite', ...asked);
    const [first] = readFileSync(join(dir, 'out.jsonl'), 'utf8').split('\n');
    const row = JSON.parse(first!) as { labels: string[]; scores: Record<string, number>; columns: object };
    expect(Object.keys(row.scores)).toEqual(['delivery', 'price', 'colour']);
    expect(row.labels).toEqual(['delivery', 'colour']);
    expect(row.columns).toEqual({ Nr: '7', text: 'the parcel came late' });
  }
}, 120_000);
