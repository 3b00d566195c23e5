import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { BackendError } from '../../../backend/errors.ts';
import { readDocuments } from '../../../backend/importing/bounded.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { previewFile } from '../../../backend/importing/preview.ts';
import { failureOf } from '../../../backend/importing/reader/damaged.ts';
import { giveReader, takeReader } from '../../../backend/importing/reader/pool.ts';
import { createProject } from '../../../backend/project/file.ts';
import type { ImportItem } from '../../../backend/records.ts';
import { pdfFile } from '../../support/officeFiles.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string, bounds = {}): Promise<ImportItem[]> {
  const items: ImportItem[] = [];
  for await (const item of readDocuments(path, {}, bounds)) items.push(item);
  return items;
}

const reasons = (items: readonly ImportItem[]) =>
  items.flatMap((item) => (item.kind === 'problem' ? [item.problem.reason] : []));

const jsonl = (...rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('rows come whole and in order over the channel, in many batches', async () => {
  const rows = Array.from({ length: 3001 }, (_, i) => ({
    id: `n${i}`,
    text: `text ${i} \ud800`,
    labels: ['a'],
  }));
  const items = await read(file('a.jsonl', jsonl(...rows)));
  expect(items).toHaveLength(3001);
  expect(items[3000]).toMatchObject({
    kind: 'document',
    place: { file: 'a.jsonl', line: 3001 },
    document: { externalId: 'n3000', annotations: [{ decisions: new Map([['a', 'yes']]) }] },
  });
});

test('what a library comes up with after its file is not laid at the next one’s door', async () => {
  const whole = String(pdfFile([[['It came late.']], [['The last']]]));
  // The first page is gone, and the list of another never ends: its reader fails after all pages were asked for.
  const damaged = whole.replace('endobj\n3 0 obj', '').replaceAll(' 792]', ' 792');
  const next = file('next.jsonl', jsonl({ text: 'It came late.' }));
  for (const pdf of [whole, damaged, whole.replaceAll(' 792]', ' 792'), whole.replace('2 0 obj', '2 0 o')]) {
    await read(file('a.pdf', pdf)).catch(() => []);
    expect(await read(next)).toHaveLength(1);
  }
});

test('a failure of the file crosses with its code, sentence and hint', async () => {
  await expect(read(file('a.csv', ''))).rejects.toMatchObject({
    code: 'file_empty',
    message: '"a.csv" is empty.',
    hint: 'Choose a file with documents.',
  });
});

test('a file that is read as a folder is told as a file', async () => {
  const path = file('a.jsonl', jsonl({ text: 'a' }));
  const reading = (async () => {
    for await (const _ of readDocuments(path, { format: 'folder' }));
  })();
  await expect(reading).rejects.toMatchObject({
    code: 'folder_missing',
    message: '"a.jsonl" is a file and no folder.',
  });
});

test('who stops is answered at once, and the reader is gone', async () => {
  const path = file('a.jsonl', jsonl({ text: 'a' }).repeat(200_000));
  const stop = new AbortController();
  let count = 0;
  const reading = (async () => {
    for await (const _ of readDocuments(path, {}, { signal: stop.signal })) if (++count === 10) stop.abort();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  expect(count).toBeLessThan(5000);
});

test('a reader without a word is ended, and the next one reads', async () => {
  const path = file('a.jsonl', jsonl({ text: 'a' }));
  // No process starts within a millisecond.
  await expect(read(path, { stalledMs: 1 })).rejects.toMatchObject({ code: 'reading_stalled' });
  await expect(read(path, { deadline: performance.now() })).rejects.toMatchObject({
    code: 'reading_too_long',
  });
  expect(await read(path)).toHaveLength(1);
});

test('what is merely slow is not called damaged, and one may try again', async () => {
  const path = file('a.jsonl', jsonl({ text: 'a' }));
  // One that waits for work may be quicker than that.
  takeReader().kill();
  await expect(read(path, { stalledMs: 1 })).rejects.toMatchObject({
    hint: expect.stringMatching(/^This computer may be busy: try again\./),
  });
});

test('a preview of a file that gets on without end is over, and the file is not called damaged', async () => {
  // No row can be used, so that all are looked at.
  const path = file('a.jsonl', '{"text": ""}\n'.repeat(1_000_000));
  const { failure, rows } = await previewFile(path, { format: 'jsonl' }, { mostMs: 1500 });
  expect(rows).toEqual([]);
  expect(failure).toMatchObject({
    code: 'reading_too_long',
    message: '"a.jsonl" takes too long to look at.',
    hint: 'Import it as it is, or split it.',
    params: { name: 'a.jsonl' },
  });
  expect(await read(file('b.jsonl', jsonl({ text: 'a' })))).toHaveLength(1);
}, 60_000);

test('a preview is over when nobody waits for it', async () => {
  const path = file('a.csv', 'id,text\n1,here it is\n');
  const stop = new AbortController();
  stop.abort();
  await expect(previewFile(path, {}, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
});

test.runIf(process.platform !== 'win32')(
  'a reader that something else ends says that, and not that the file is damaged',
  async () => {
    const path = file('a.jsonl', jsonl({ text: 'a' }).repeat(200_000));
    const reading = async (signal: NodeJS.Signals) => {
      const reader = takeReader();
      giveReader(reader, 0);
      for await (const _ of readDocuments(path, {})) if (reader.pid) process.kill(reader.pid, signal);
    };
    await expect(reading('SIGKILL')).rejects.toMatchObject({
      code: 'reading_killed',
      message: '"a.jsonl" could not be read: something else on this computer ended the process that read it.',
      hint: 'Try again; if that happens again, close other programs, since memory may be short.',
    });
    await expect(reading('SIGTERM')).rejects.toMatchObject({ code: 'reading_killed' });
    await expect(reading('SIGSEGV')).rejects.toMatchObject({
      code: 'reading_crashed',
      message: '"a.jsonl" could not be read: the process that read it broke down over it.',
    });
  },
);

test('damaged Parquet files end in a sentence, whatever the library does, and the host lives', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => `text number ${i} of a table`);
  const whole = Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: 'text', data: rows, type: 'STRING' }] }),
  );
  for (let at = 4; at < whole.length - 8; at += Math.ceil(whole.length / 60)) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    const failure = await read(file('rows.parquet', bytes), { stalledMs: 3000 }).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) continue;
    expect(failure).toBeInstanceOf(BackendError);
    expect((failure as BackendError).message).toContain('"rows.parquet"');
  }
}, 180_000);

test('a Parquet file that unpacks to far more than its size is refused, and the host stays small', async () => {
  const data = Array.from({ length: 300 }, () => 'lorem ipsum '.repeat(100_000));
  const bytes = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'STRING' }] }));
  const before = process.memoryUsage.rss();
  await expect(read(file('b.parquet', bytes))).rejects.toMatchObject({
    code: expect.stringMatching(/^(file_inflates|reading_memory)$/),
    message: expect.stringContaining('"b.parquet"'),
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(700e6);
}, 180_000);

test('a long name over many fields is a problem of its row', async () => {
  const meta = {
    ['k'.repeat(2_000_000)]: Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`x${i}`, 1])),
  };
  const items = await read(file('m.jsonl', jsonl({ text: 'a', meta }, { text: 'b' })));
  expect(reasons(items)).toEqual(['The name of a field is longer than 1000 characters.']);
  expect(items).toHaveLength(2);
});

test('many fields whose names grow by nesting are a problem of their row', async () => {
  const fields = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`x${i}`, 1]));
  const items = await read(file('m.jsonl', jsonl({ text: 'a', ['k'.repeat(990)]: fields })));
  expect(reasons(items)).toEqual(['Its fields together are longer than 20 million characters.']);
});

const CARD = { text: 'a', answer: 'accept' };
const suggesting = (label: string) => ({ text: 'b', suggestions: [{ label, score: 0.5 }] });
test.each([
  [
    { ...CARD, options: [{ id: { toString: 1 }, text: 'x' }], accept: [] },
    'The id of an option is neither a text nor a number.',
  ],
  [{ ...CARD, label: 'x', _timestamp: 1e300 }, 'The time is out of range.'],
  [{ text: 'b', labels: ['\ud800'] }, 'A label has a broken character: half of a pair.'],
  [suggesting('\ud800'), 'A label has a broken character: half of a pair.'],
  [suggesting(' '), 'A label has an empty name.'],
  [suggesting('x'.repeat(201)), 'A label is longer than 200 characters.'],
])('%j costs its row alone', async (row, reason) => {
  const plain = 'answer' in row ? { ...CARD, label: 'fine' } : { text: 'good', labels: ['ok'] };
  const items = await read(file('r.jsonl', jsonl(row, plain)));
  expect(reasons(items)).toEqual([reason]);
  expect(items).toHaveLength(2);
});

test('a name of any length in a row gives a sentence of one line that can be read', async () => {
  const row = { ...CARD, options: [{ id: 'a', text: 'x' }], accept: [`b\n${'c'.repeat(5000)}`] };
  const [reason] = reasons(await read(file('r.jsonl', jsonl(row, { ...CARD, label: 'fine' }))));
  expect(reason).toHaveLength(900);
  expect(reason).not.toContain('\n');
});

const ANSWERS: readonly unknown[] = [
  JSON.parse('{"toString": 1}'),
  JSON.parse('{"valueOf": 1, "toString": null}'),
  JSON.parse('[{"toString": 1}]'),
  null,
];
test.each(ANSWERS.map((answer) => ({ answer })))(
  'the format of a file whose first record answers $answer is recognised, and its other rows are read',
  async ({ answer }) => {
    const items = await read(file('r.jsonl', jsonl({ text: 'a', answer }, { text: 'b' })));
    expect(items.at(-1)).toMatchObject({ kind: 'document', document: { text: 'b' } });
  },
);

test('whole numbers of Parquet are told, not stumbled over', async () => {
  const columnData = [
    { name: 'text', data: ['a', 'b'], type: 'STRING' as const },
    { name: 'labels', data: [1n, 2n], type: 'INT64' as const },
  ];
  const items = await read(file('n.parquet', Buffer.from(parquetWriteBuffer({ columnData }))));
  expect(
    items.map((item) => item.kind === 'document' && item.document.annotations.map(({ unnamed }) => unnamed)),
  ).toEqual([[['1']], [['2']]]);
});

test('a name that is too long for the system is told as that', async () => {
  const path = join(temporaryFolder(), `${'n'.repeat(300)}.csv`);
  await expect(read(path)).rejects.toThrow("can't be read: its name is too long.");
});

test('what nobody expected names the file and its kind, never the raw message', () => {
  for (const raw of [
    new TypeError('Cannot mix BigInt and other types'),
    'text',
    undefined,
    new RangeError('x'),
  ]) {
    expect(failureOf('/tmp/rows.parquet', raw).message).toBe(
      '"rows.parquet" could not be read: it is damaged or no Parquet file.',
    );
  }
});

test('an import that fails in the middle leaves the project as it was', async () => {
  const project = createProject(join(temporaryFolder(), 'p.entail'));
  const many = Array.from({ length: 1001 }, (_, i) => ({ text: `t${i}`, labels: [`l${i}`] }));
  const request = { files: [file('l.jsonl', jsonl(...many))], absent: 'no', annotator: 'a' } as const;
  await expect(importFiles(project, request)).rejects.toMatchObject({ code: 'too_many_labels' });
  expect(project.stores.labels.all()).toEqual([]);
  project.close();
});

test.runIf(existsSync('/proc/self/status'))('a reader whose host is killed ends', async () => {
  const path = file('a.jsonl', jsonl({ text: 'a' }));
  const module = join(import.meta.dirname, '../../../backend/importing/reader/process.ts');
  const script = `import { startReader } from ${JSON.stringify(module)};
    const reader = startReader();
    reader.onMessage(() => { console.log(reader.pid); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100); });
    reader.post({ type: 'read', kind: 'documents', path: ${JSON.stringify(path)}, options: {} });`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const pid = Number(stdout.trim().split('\n')[0]);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
});

function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
