import { appendFileSync, existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { type PredictRequest, predict } from '../../../backend/exporting/predicting.ts';
import { journalOf } from '../../../backend/exporting/predictionJournal.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import type { LearntReading } from '../../../backend/suggesting/fusing.ts';
import { FUSION_WEIGHTS } from '../../support/fusionWeights.ts';
import { annotatedProject } from '../../support/learning.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const COUNT = 300;

function setting() {
  const { engine, model } = annotatedProject();
  const folder = temporaryFolder();
  const file = join(folder, 'more.csv');
  const rows = Array.from(
    { length: COUNT },
    (_, i) => `2026-01-0${1 + (i % 9)},k-${i},the parcel came late${' .'.repeat(i % 40)},${i}`,
  );
  writeFileSync(file, `day,id,text,amount\n${rows.join('\n')}\n`);
  const request = (out: string, more: Partial<PredictRequest> = {}): PredictRequest => ({
    file,
    out: join(folder, out),
    overwrite: false,
    format: 'auto',
    source: { dir: model },
    labels: [
      { name: 'shipping', hypotheses: ['this is about shipping .'], threshold: 0 },
      { name: '__proto__', hypotheses: ['this is about price .'], threshold: 1 },
    ],
    device: 'cpu',
    precision: 'fp32',
    ...more,
  });
  return { engine, folder, request };
}

/** Stops it when so many documents are done, as a person or a system would. */
async function ended({ engine, request }: ReturnType<typeof setting>, out: string): Promise<void> {
  const stop = new AbortController();
  const onProgress = (documents: number) => documents >= 128 && stop.abort();
  const stopped = predict(engine, request(out, { signal: stop.signal, onProgress }));
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
}

test('what was ended goes on where it was, and the file is as if it had not been', async () => {
  const own = setting();
  const { engine, folder, request } = own;
  await predict(engine, request('whole.jsonl'));
  await ended(own, 'parts.jsonl');
  const part = journalOf(join(folder, 'parts.jsonl'));
  expect(existsSync(join(folder, 'parts.jsonl'))).toBe(false);
  // A kill in the middle of a line.
  appendFileSync(part, '{"n":128,"id":"k-1');
  const seen: number[] = [];
  const done = await predict(engine, request('parts.jsonl', { onProgress: (n) => seen.push(n) }));
  expect(done).toMatchObject({ documents: COUNT, problems: [] });
  expect(done.resumed).toBeGreaterThanOrEqual(128);
  expect(Math.min(...seen)).toBeGreaterThan(done.resumed);
  expect(readFileSync(join(folder, 'parts.jsonl'), 'utf8')).toBe(
    readFileSync(join(folder, 'whole.jsonl'), 'utf8'),
  );
  expect(existsSync(part)).toBe(false);
  const [first] = readFileSync(join(folder, 'whole.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(first!)).toMatchObject({
    id: 'k-0',
    text: 'the parcel came late',
    labels: ['shipping'],
    columns: { day: '2026-01-01', id: 'k-0', amount: '0' },
  });
  expect(first).toContain('"__proto__":0.');
});

test('with another threshold, model or file nothing goes on: it begins anew', async () => {
  const own = setting();
  const { engine, request } = own;
  await ended(own, 'parts.jsonl');
  const labels = request('x').labels.map((label) => ({ ...label, threshold: 0.7 }));
  expect((await predict(engine, request('parts.jsonl', { labels }))).resumed).toBe(0);
});

test('what decisions taught, and what they rest on, is part of what must be the same', async () => {
  const own = setting();
  const { engine, folder, request } = own;
  const other = join(folder, 'other');
  writeTinyModel(other, 9);
  const { dir } = request('x').source;
  const dimensions = 16;
  const learnt = (constant: number, embedder: string): LearntReading => ({
    heads: {
      space: { mean: new Float32Array(dimensions) },
      labels: request('x').labels.map(() => ({
        suggested: 1,
        entailed: 0,
        constant,
        ofEmbedded: 0,
        embedding: new Float32Array(dimensions).fill(0.5),
      })),
    },
    run: null,
    embedder: { dir: embedder },
  });
  const priors = { documents: [0, 0], odds: [0, 0], cosine: [0, 0] };
  let count = 0;
  const resumed = async (before: Partial<PredictRequest>, after: Partial<PredictRequest>) => {
    const out = `parts${count++}.jsonl`;
    await ended({ ...own, request: (name, more) => request(name, { ...before, ...more }) }, out);
    return (await predict(engine, request(out, after))).resumed;
  };
  const before = { learnt: learnt(0, dir), priors };
  expect(await resumed(before, { learnt: learnt(0, dir), priors })).toBeGreaterThanOrEqual(128);
  for (const after of [
    { learnt: learnt(1, dir), priors },
    { learnt: learnt(0, other), priors },
    { learnt: undefined, priors },
    { learnt: learnt(0, dir), priors: { ...priors, odds: [1, 0] } },
  ])
    expect(await resumed(before, after)).toBe(0);
}, 120_000);

test('what is computed and is no number is told as that, with its text', async () => {
  const { engine, folder, request } = setting();
  const head = { suggested: Number.NaN, entailed: 0, constant: 0, ofEmbedded: 0, embedding: null };
  const heads = { space: { mean: new Float32Array(1) }, labels: [head, head] };
  await expect(
    predict(engine, request('none.jsonl', { learnt: { heads, run: null } })),
  ).rejects.toMatchObject({
    code: 'not_finite',
    message: 'The model answers NaN for "the parcel came late": it has no probability.',
  });
  expect(existsSync(journalOf(join(folder, 'none.jsonl')))).toBe(false);
});

test('what is usual is told by texts from all over the file, also of one that is sorted', async () => {
  const { engine, folder, request } = setting();
  const { dir } = request('x').source;
  const source = { dir, fusion: FUSION_WEIGHTS };
  const first = 'the parcel came late';
  const probabilityOf = async (others: string): Promise<number> => {
    const file = join(folder, `${others}.csv`);
    const rows = Array.from({ length: 3000 }, (_, i) =>
      i < 2100 ? `${first} ${i % 9}` : `${others} ${i % 9}`,
    );
    writeFileSync(file, `text\n${first}\n${rows.join('\n')}\n`);
    await predict(engine, request(`${others}.jsonl`, { file, source }));
    const [line] = readFileSync(join(folder, `${others}.jsonl`), 'utf8').split('\n');
    return (JSON.parse(line!) as { scores: { shipping: number } }).scores.shipping;
  };
  expect(
    Math.abs((await probabilityOf('very nice')) - (await probabilityOf('price and colour'))),
  ).toBeGreaterThan(1e-4);
}, 120_000);

test('a workbook keeps the columns of the file in their order', async () => {
  const { engine, folder, request } = setting();
  await predict(engine, request('out.xlsx'));
  const [header, first, ...rows] = (await readSheet(join(folder, 'out.xlsx'))) as unknown as unknown[][];
  expect(rows).toHaveLength(COUNT - 1);
  expect(header!.slice(0, 7)).toEqual([
    'day',
    'id',
    'text',
    'amount',
    'result',
    'shipping',
    'shipping: from',
  ]);
  expect(first!.slice(0, 7)).toEqual([
    new Date('2026-01-01T00:00:00.000Z'),
    ...['k-0', 'the parcel came late', 0, 'shipping', 'yes', 'model'],
  ]);
});

test('two runs do not write into one file: the second is told, and the first is as it would have been', async () => {
  const { engine, folder, request } = setting();
  await predict(engine, request('whole.csv'));
  let first = Promise.resolve<unknown>(undefined);
  await new Promise<void>((begun) => {
    first = predict(engine, request('one.csv', { onProgress: () => begun() }));
  });
  await expect(predict(engine, request('one.csv'))).rejects.toMatchObject({ code: 'predictions_busy' });
  await first;
  expect(readFileSync(join(folder, 'one.csv'))).toEqual(readFileSync(join(folder, 'whole.csv')));
  // Nothing stands in the way of the next, and nothing is left.
  await predict(engine, request('one.csv', { overwrite: true }));
  expect(readdirSync(folder).sort()).toEqual(['more.csv', 'one.csv', 'whole.csv']);
});

test('how the file was read, what of it was not used and which rows are left out is told', async () => {
  const { engine, folder, request } = setting();
  const file = join(folder, 'odd.csv');
  writeFileSync(file, Buffer.from('id,text,age\n1,na\xefve words here,3\n2,,4\n3,one more,5\n', 'latin1'));
  const columns = [{ column: 'age', role: 'ignore' } as const];
  const report = await predict(engine, request('odd.jsonl', { file, columns }));
  expect(report).toMatchObject({ documents: 2, moreProblems: 0, file: { format: 'csv', notUsed: ['age'] } });
  expect(report.problems).toMatchObject([{ place: { line: 3 }, reason: 'The text is empty.' }]);
  expect(report.notes).toEqual([expect.stringMatching(/^odd\.csv: It is not UTF-8 and was read as /)]);
});

test('what a file says of labels costs no row, whatever its first rows looked like', async () => {
  const { engine, folder, request } = setting();
  const file = join(folder, 'flags.csv');
  const flags = Array.from({ length: 600 }, (_, i) => `the parcel came late ${i},${i < 590 ? 'x' : 'well'}`);
  writeFileSync(file, `text,urgent\n${flags.join('\n')}\n`);
  const report = await predict(engine, request('flags.jsonl', { file }));
  expect(report).toMatchObject({ documents: 600, problems: [] });
  const last = readFileSync(join(folder, 'flags.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({ columns: { urgent: 'well' } });
});

test.each(['jsonl', 'csv', 'xlsx', 'parquet'])(
  'what was predicted, as %s, comes into a project as nobody’s decision',
  async (ending) => {
    const { engine, folder, request } = setting();
    await predict(engine, request(`out.${ending}`));
    const project = newProject(['shipping']);
    const report = await importFiles(project, { files: [join(folder, `out.${ending}`)], annotator: 'eve' });
    expect(report).toMatchObject({ read: COUNT, annotated: 0, newLabels: [] });
    expect([...project.stores.settled.answers()]).toEqual([]);
    expect(report.notes).toContainEqual(expect.stringContaining("is nobody's decision"));
    expect(project.stores.documents.meta(1).get('day')).toBe('2026-01-01');
    expect(Number(project.stores.documents.meta(2).get('amount'))).toBe(1);
    expect(project.stores.documents.get(1)).toMatchObject({ externalId: 'k-0' });
    // Whoever says that the list is of labels is believed.
    if (ending !== 'jsonl') return;
    const told = await importFiles(newProject(['shipping']), {
      files: [join(folder, 'out.jsonl')],
      annotator: 'eve',
      columns: [{ column: 'labels', role: 'labels' }],
    });
    expect(told).toMatchObject({ annotated: COUNT, notes: [] });
  },
);

test('what stands in the way is said before anything is computed', async () => {
  const { engine, folder, request } = setting();
  writeFileSync(join(folder, 'there.csv'), 'x');
  await expect(predict(engine, request('there.csv'))).rejects.toMatchObject({ code: 'target_exists' });
  await expect(predict(engine, request('out.foo'))).rejects.toMatchObject({ code: 'ending_unknown' });
  await expect(predict(engine, request('no/such.csv'))).rejects.toMatchObject({ code: 'not_written' });
  expect(existsSync(journalOf(join(folder, 'there.csv')))).toBe(false);
  linkSync(join(folder, 'more.csv'), join(folder, 'linked.csv'));
  for (const out of ['more.csv', 'linked.csv']) {
    const said = { message: `"${out}" is the file that is read.` };
    await expect(predict(engine, request(out, { overwrite: true }))).rejects.toMatchObject(said);
  }
});
