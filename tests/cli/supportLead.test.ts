import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { MESSY_HEADER, messyWorkbook } from '../support/messyWorkbook.ts';
import { workplace } from './support.ts';

const TICKETS = 400;
const BY_HAND = 60;

test('a messy workbook in, sixty tickets by hand, a training, and the same workbook out, by command line', async () => {
  const { dir, json, write } = workplace();
  const { bytes, rows } = messyWorkbook(TICKETS, 8);
  writeFileSync(join(dir, 'tickets.xlsx'), bytes);
  write('labels.json', '["Lieferung", "Preis"]');
  json('new', 'p.entail', '--labels', 'labels.json');
  const texts = new Set(rows.map(({ text }) => text)).size;
  const reading = ['--labels-column', 'Thema', '--id-column', 'Vorgang'];
  // Each ticket has an id of its own here: those of one text are documents of their own.
  const report = json<object>('import', 'p.entail', 'tickets.xlsx', ...reading);
  expect(report).toMatchObject({ read: TICKETS, added: TICKETS, sameText: TICKETS - texts, problems: [] });

  const answer = ({ number, text }: (typeof rows)[number]) => ({
    id: number,
    labels: [...(text.includes('late') ? ['Lieferung'] : []), ...(text.includes('price') ? ['Preis'] : [])],
  });
  const answers = rows.slice(0, BY_HAND).map((row) => `${JSON.stringify(answer(row))}\n`);
  write('answers.jsonl', answers.join(''));
  json('annotate', 'p.entail', '--from', 'answers.jsonl', '--as', 'ada');
  json('train', 'p.entail', '--epochs', '1', '--batch', '8');
  json('suggest', 'p.entail');
  json('export-data', 'p.entail', '--format', 'xlsx', '--to', 'out.xlsx');
  const [header = [], ...out] = (await readSheet(join(dir, 'out.xlsx'))) as unknown as unknown[][];
  expect(header.slice(0, 5)).toEqual([...MESSY_HEADER]);
  const came = rows.map(({ number, day, text, total, label }) => [
    ...[number, new Date(`${day}T00:00:00.000Z`), text, total],
    label || null,
  ]);
  expect(out.map((row) => row.slice(0, 5))).toEqual(came);
  for (const label of ['Lieferung', 'Preis']) {
    const [from, holds] = [header.indexOf(`${label}: from`), header.indexOf(label)];
    expect(out.slice(0, BY_HAND).map((row) => row[from])).toEqual(Array(BY_HAND).fill('person'));
    expect(out.slice(0, BY_HAND).map((row) => row[holds])).toEqual(
      rows.slice(0, BY_HAND).map((row) => (answer(row).labels.includes(label) ? 'yes' : 'no')),
    );
    expect(new Set(out.slice(BY_HAND).map((row) => row[from]))).toEqual(new Set(['model']));
  }
}, 180_000);
