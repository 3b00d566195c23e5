import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABELS_FILE, workplace } from './support.ts';

test('a project needs no labels before: the file that is imported brings them', () => {
  const { json, run, write } = workplace();
  write('none.json', '[]');
  write('rows.jsonl', '{"id":"1","text":"one","labels":["Food, drinks"]}\n');
  expect(run(['new', 'p.entail']).out).toContain('without labels');
  const { newLabels } = json<{ newLabels: string[] }>('import', 'p.entail', 'rows.jsonl');
  expect(newLabels).toEqual(['Food, drinks']);
  expect(json('new', 'q.entail', '--labels', 'none.json')).toMatchObject({ labels: [] });
  const predicting = [
    'predict',
    '--model',
    'model',
    'rows.jsonl',
    '--out',
    'o.jsonl',
    '--labels',
    'none.json',
  ];
  expect(run(predicting).err).toContain('it has no label');
});

function project() {
  const place = workplace();
  place.write('labels.json', LABELS_FILE);
  place.json('new', 'p.entail', '--labels', 'labels.json');
  const rowsOf = () => {
    place.json(
      'export-data',
      'p.entail',
      '--format',
      'jsonl',
      '--to',
      'out.jsonl',
      '--overwrite',
      '--unfinished',
    );
    return readFileSync(join(place.dir, 'out.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { id: string; text: string; labels?: string[]; rejected?: string[] },
      );
  };
  return { ...place, rowsOf };
}

test('whose answers count is said: the project keeps its own, or takes the file’s; nobody is asked without a terminal', () => {
  const { json, run, write, rowsOf } = project();
  write('one.jsonl', '{"id":"a","text":"it came late","labels":["shipping"],"rejected":["price"]}\n');
  write('two.jsonl', '{"id":"a","text":"it came late","labels":["price"],"rejected":["shipping"]}\n');
  json('import', 'p.entail', 'one.jsonl');
  const kept = run(['import', 'p.entail', 'two.jsonl']);
  expect(kept.out).toContain(
    "2 answers contradict the project's: 2 of the project were kept, 0 of the file taken.",
  );
  expect(rowsOf()[0]).toMatchObject({ labels: ['shipping'], rejected: ['price'] });
  expect(run(['import', 'p.entail', 'two.jsonl', '--conflicts', 'ask'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('--conflicts mine or theirs'),
  });
  expect(json('import', 'p.entail', 'two.jsonl', '--conflicts', 'theirs')).toMatchObject({ overwritten: 2 });
  expect(rowsOf()[0]).toMatchObject({ labels: ['price'], rejected: ['shipping'] });
});

test('a reading that is said: dialect, columns, names of labels, ids', () => {
  const { json, run, write, rowsOf, dir } = project();
  const table = "1~Late~'it came ~ late'~0/9\n2~Dear~'much too dear'~1\n";
  writeFileSync(join(dir, 'a.dat'), table);
  const reading = [
    ...['--format', 'csv', '--delimiter', '~', '--quote', "'", '--header', 'no', '--separator', '/'],
    ...['--id-column', '1', '--text-column', '2', '--text-column', '3', '--labels-column', '4'],
    ...['--rename', '0=shipping', '--rename', '1=price', '--rename', '9='],
  ];
  const report = json<{ files: unknown[]; newLabels: string[] }>('import', 'p.entail', 'a.dat', ...reading);
  expect(report).toMatchObject({ read: 2, added: 2, newLabels: [], unnamed: 0 });
  expect(report.files[0]).toMatchObject({
    dialect: { delimiter: '~', quote: "'", header: false, separator: '/' },
    columns: [
      { column: 'column 1', role: 'id' },
      { column: 'column 2', role: 'text' },
      { column: 'column 3', role: 'text' },
      { column: 'column 4', role: 'labels' },
    ],
  });
  expect(rowsOf()).toMatchObject([
    { id: '1', text: 'column 2: Late\n\ncolumn 3: it came ~ late', labels: ['shipping'] },
    { id: '2', labels: ['price'] },
  ]);
  write('b.csv', 'id,text\n1,another text\n');
  const shared = run(['import', 'p.entail', 'b.csv', '--ids', 'shared', '--json']);
  expect(shared.code).toBe(1);
  expect(JSON.parse(shared.out)).toMatchObject({ added: 0, changed: 1 });
  expect(run(['import', 'p.entail', 'b.csv']).out).toContain('1 has an id that another file brought');
  expect(run(['import', 'p.entail', 'b.csv', '--column', 'text=nonsense'])).toMatchObject({ code: 2 });
  expect(run(['import', 'p.entail', 'b.csv', '--labels-column', 'lables']).err).toContain(
    'no column "lables"',
  );
});

test('an import from which nothing came in fails; a part of it does not, nor what is there already', () => {
  const { run, write } = project();
  write('none.csv', 'id,text\n1,\n2,\n');
  const none = run(['import', 'p.entail', 'none.csv']);
  expect(none).toMatchObject({ code: 1, out: expect.stringContaining('2 rows were refused') });
  expect(none.err).toContain('Nothing was imported: all 2 rows were refused.');
  write('part.csv', 'id,text\n1,\n2,here\n');
  expect(run(['import', 'p.entail', 'part.csv']).code).toBe(0);
  expect(run(['import', 'p.entail', 'part.csv']).code).toBe(0);
});

test('a column that looks like an id and is not used is named', () => {
  const { run, write } = project();
  write('a.csv', 'Order No,text\n7,one two three four\n7,five six seven eight\n');
  expect(run(['import', 'p.entail', 'a.csv']).out).toContain('Order No looks like an id and is kept beside');
});

test('refused rows are written, mended and imported', () => {
  const { json, run, write, dir } = project();
  write('a.csv', 'id,text\n1,one two\n2,three, four\n');
  const first = run(['import', 'p.entail', 'a.csv', '--refused', 'refused.csv']);
  expect(first.out).toContain('2 rows read: 1 document added');
  expect(first.out).toContain('It is in refused.csv');
  const refused = readFileSync(join(dir, 'refused.csv'), 'utf8');
  writeFileSync(join(dir, 'refused.csv'), refused.replace('three, four', '"three, four"'));
  expect(json('import', 'p.entail', 'refused.csv')).toMatchObject({ added: 1, problems: [] });
  expect(run(['import', 'p.entail', 'a.csv', '--refused', 'refused.csv'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('is there already'),
  });
});

test('the report tells how the file was read and what each column became', () => {
  const { run, write } = project();
  write('a.csv', 'nr;text;late;junk\n1;one two three;1;x y\n2;four five six;0;z\n');
  const { out } = run(['import', 'p.entail', 'a.csv', '--column', 'junk=ignore']);
  write('b.txt', 'A text\n');
  expect(run(['import', 'p.entail', 'b.txt']).out).toContain('b.txt: text (its name ends in .txt), utf-8.');
  expect(run(['import', 'p.entail', 'b.txt', '--format', 'text']).out).toContain('text (as it was said)');
  expect(out.split('\n')[0]).toBe(
    'a.csv: csv (its lines have equally many cells between ";"), utf-8. text: text; label: late; meta: nr; ignore: junk. nr looks like an id and is kept beside the text: if rows are known by it, say --id-column now, for documents that are in keep their names.',
  );
});
