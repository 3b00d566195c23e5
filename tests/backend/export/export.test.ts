import { readdirSync, readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { excelSafe } from '../../../backend/export/csvSafety.ts';
import { type ExportOptions, exportData, exportFormats, lossesOf } from '../../../backend/export/index.ts';
import { readDocuments } from '../../../backend/import/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { exampleSource } from './source.ts';

const OPTIONS: ExportOptions = { includeUnfinished: false, excelSafe: false, threshold: 0.5 };
const textOf = (format: string, options: Partial<ExportOptions> = {}, source = exampleSource()) =>
  [...exportFormats.get(format)!.write(source, { ...OPTIONS, ...options })].join('');
const linesOf = (format: string, options: Partial<ExportOptions> = {}) =>
  textOf(format, options)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('our own rows carry everything', () => {
  const rows = linesOf('jsonl', { includeUnfinished: true });
  expect(rows).toHaveLength(7);
  expect(rows[0]).toEqual({
    id: 'd1',
    text: 'The box came late, I want my money back.',
    labels: ['late delivery', 'refund'],
    rejected: ['praise'],
    status: 'done',
    annotator: 'ada',
    seconds: 3.4,
    at: '2026-05-04T09:12:00.000Z',
    meta: { source: 'mail' },
    suggestions: [
      { label: 'late delivery', score: 0.97, model: 'base' },
      { label: 'refund', score: 0.91, model: 'base' },
      { label: 'praise', score: 0.02, model: 'base' },
    ],
  });
  expect(linesOf('jsonl').map(({ id, status }) => `${id} ${status}`)).toEqual([
    'd1 done',
    'd2 done',
    'd5 skipped',
    'd6 done',
    'd6 done',
  ]);
});

test('CSV has a column per label', () => {
  expect(textOf('csv', { includeUnfinished: true }).split('\n').slice(0, 5)).toEqual([
    'id,text,split,status,annotator,comment,late delivery,refund,praise,source',
    'd1,"The box came late, I want my money back.",,done,ada,,1,1,0,mail',
    'd2,Closed on Monday.,,done,ada,,0,0,0,',
    'd3,Kind people!,test,draft,ada,,,,1,',
    'd4,Not opened yet.,,new,,,,,,',
  ]);
});

test('Label Studio: tasks with distinct ids, predictions, and the configuration beside them', () => {
  const tasks = JSON.parse(textOf('label-studio', { includeUnfinished: true })) as {
    id: number;
    data: Record<string, unknown>;
    annotations: {
      id: number;
      was_cancelled: boolean;
      result: { id: string; value: { choices: string[] } }[];
    }[];
    predictions: { score: number; result: { value: { choices: string[] } }[] }[];
  }[];
  expect(tasks[0]!.data.nli_scores).toEqual({ 'late delivery': 0.97, refund: 0.91, praise: 0.02 });
  expect(tasks[0]!.annotations[0]!.result[0]!.value.choices).toEqual(['late delivery', 'refund']);
  expect(tasks[0]!.predictions[0]).toMatchObject({ score: 0.41 });
  expect(tasks[1]!.annotations[0]!.result).toEqual([]);
  expect(tasks[3]!.annotations).toEqual([]);
  expect(tasks[4]!.annotations[0]!.was_cancelled).toBe(true);
  const ids = tasks.flatMap((task) => task.annotations.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const [sidecar] = exportFormats.get('label-studio')!.sidecars!(
    exampleSource([], ['a & b', '"q"', '<x>']),
    OPTIONS,
  );
  const content = [...sidecar!.chunks].join('');
  expect(content).toContain('<Choice value="a &amp; b"/>');
  expect(content).toContain('<Choice value="&quot;q&quot;"/>');
});

test('Prodigy, Argilla, doccano, Hugging Face, spaCy, fastText and pairs', () => {
  expect(linesOf('prodigy')[0]).toMatchObject({
    accept: ['late delivery', 'refund'],
    answer: 'accept',
    _annotator_id: 'ada',
    _timestamp: 1777885920,
  });
  expect(linesOf('prodigy')[2]).toMatchObject({ text: '???', answer: 'ignore', accept: [] });
  const argilla = JSON.parse(textOf('argilla')) as { id: string; responses: { labels?: unknown[] } }[];
  expect(argilla.find(({ id }) => id === 'd6')!.responses.labels).toEqual([
    { value: ['late delivery'], user_id: 'ada' },
    { value: ['late delivery', 'refund'], user_id: 'bob' },
  ]);
  expect(linesOf('doccano')[0]).toEqual({
    id: 1,
    text: 'The box came late, I want my money back.',
    source: 'mail',
    label: ['late delivery', 'refund'],
    Comments: [],
  });
  expect(linesOf('hf')[1]).toEqual({
    id: 'd2',
    text: 'Closed on Monday.',
    labels: [],
    split: 'train',
    source: null,
  });
  expect(linesOf('spacy', { includeUnfinished: true })[2]).toEqual({
    text: 'Kind people!',
    cats: { praise: 1 },
    meta: { id: 'd3' },
  });
  // The two annotators of d6 disagree on the refund, so it is undecided.
  expect(linesOf('spacy').at(-1)).toMatchObject({ cats: { 'late delivery': 1, praise: 0 } });
  expect(textOf('fasttext').split('\n')[0]).toBe(
    '__label__late_delivery __label__refund The box came late, I want my money back.',
  );
  expect(linesOf('nli-pairs')[2]).toEqual({
    premise: 'The box came late, I want my money back.',
    hypothesis: 'It is praise.',
    label: 'contradiction',
    label_id: 2,
    doc_id: 'd1',
    label_name: 'praise',
    source: 'no',
    split: 'train',
  });
  // "None apply" is a contradiction for every label.
  expect(linesOf('nli-pairs').filter((row) => row.doc_id === 'd2')).toHaveLength(3);
});

test('two exports are the same to the byte, and what a format loses is said', () => {
  for (const [name, format] of exportFormats) {
    expect(textOf(name, { includeUnfinished: true })).toBe(textOf(name, { includeUnfinished: true }));
    expect(lossesOf(format).length).toBe(Object.values(format.carries).filter((value) => !value).length);
  }
});

const HOSTILE = [
  '=1+1',
  '+cmd',
  '-2+3',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '" =x"',
  '\u00a0=x',
  'a\n=x',
  '＝1',
  '-3.5',
  'a,b;c|d#e',
  'it\'s "quoted"',
  '😀 \u202e',
  '__label__x y',
  '$&',
  '{}',
];

test('61: spreadsheet-safe cells, and exact ones when that is off', () => {
  const safe = (text: string) => excelSafe(text);
  for (const text of HOSTILE) {
    const runs = safe(text)
      .split('\n')
      .some((line) => /^[\s\u00a0]*[=+\-@＝＋－＠]/.test(line) && !/^-?\d+(\.\d+)?$/.test(line));
    expect([text, runs]).toEqual([text, false]);
  }
  expect(safe('-3.5')).toBe('-3.5');
  expect(safe('plain text')).toBe('plain text');
});

/** What survives going out and in again, per format: [status, yes…, -no…] by document. */
async function roundTrip(format: string, source = exampleSource(HOSTILE)) {
  const dir = temporaryFolder();
  const path = join(
    dir,
    `out.${format === 'csv' ? 'csv' : format === 'label-studio' || format === 'argilla' ? 'json' : 'jsonl'}`,
  );
  await exportData(source, { ...OPTIONS, includeUnfinished: true, format, to: path, overwrite: false });
  const found = new Map<string, string[]>();
  for await (const item of readDocuments(
    path,
    format === 'nli-pairs' ? {} : { format: format === 'prodigy' ? 'auto' : format === 'hf' ? 'hf' : 'auto' },
  )) {
    if (item.kind === 'problem') throw new Error(JSON.stringify(item.problem));
    const { text, annotations } = item.document;
    const said = annotations.map(({ status, decisions }) =>
      [status, ...[...decisions].map(([name, value]) => (value === 'yes' ? name : `-${name}`)).sort()].join(
        ' ',
      ),
    );
    found.set(text, [...(found.get(text) ?? []), ...said]);
  }
  return found;
}

test('65: jsonl and CSV come back whole: yes, no, undecided, none apply, skipped, new, both annotators', async () => {
  for (const format of ['jsonl', 'csv']) {
    const found = await roundTrip(format);
    expect(found.get('The box came late, I want my money back.')).toEqual([
      'done -praise late delivery refund',
    ]);
    expect(found.get('Closed on Monday.')).toEqual(['done -late delivery -praise -refund']);
    expect(found.get('Kind people!')).toEqual(['draft praise']);
    expect(found.get('Not opened yet.')).toEqual([]);
    expect(found.get('???')).toEqual(['skipped']);
    expect(found.get('Two opinions.')).toHaveLength(2);
    for (const text of HOSTILE)
      expect([format, text, found.get(text.replace(/\r\n?/g, '\n'))]).toEqual([
        format,
        text,
        ['done -praise -refund late delivery'],
      ]);
  }
});

test.each(['label-studio', 'prodigy', 'argilla', 'hf', 'spacy'])(
  '65: %s comes back with the labels that apply',
  async (format) => {
    const found = await roundTrip(format);
    const yes = (text: string) =>
      found.get(text)?.map((said) => said.replace(/ -[^-]+?(?= -|$| [a-z])/g, '').split(' ')[0]);
    expect(yes('Closed on Monday.')).toEqual(['done']);
    for (const text of HOSTILE) {
      const said = found.get(text.replace(/\r\n?/g, '\n'));
      expect([text, said?.length]).toEqual([text, 1]);
      expect(said![0]).toContain('late delivery');
    }
  },
);

test('13: labels of any name go out and come back', async () => {
  const names = ['__proto__', 'a,b\nc', '$& {}'];
  const found = await roundTrip('jsonl', exampleSource([], names));
  expect(found.get('Closed on Monday.')![0]).toContain('-__proto__');
});

test('66: no path, user or machine in what is written; an unknown format is named', async () => {
  const dir = temporaryFolder();
  for (const format of exportFormats.keys()) {
    await exportData(exampleSource(), { ...OPTIONS, format, to: join(dir, `x.${format}`), overwrite: false });
  }
  for (const name of readdirSync(dir)) {
    const text = readFileSync(join(dir, name), 'utf8');
    for (const secret of [dir, hostname(), `${homedir()}/`])
      expect([name, text.includes(secret)]).toEqual([name, false]);
  }
  await expect(
    exportData(exampleSource(), { ...OPTIONS, format: 'toString', to: join(dir, 'y'), overwrite: false }),
  ).rejects.toThrow('no format');
});
