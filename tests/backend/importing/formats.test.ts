import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { readJsonlRows } from '../../../backend/importing/answerRows.ts';
import { readLabelsFile } from '../../../backend/importing/labelsFile.ts';
import type { ImportOptions } from '../../../backend/importing/options.ts';
import { readDocuments } from '../../../backend/importing/read.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Documents in short: id, text, then each annotation as "status yes… -no… @annotator". */
async function read(path: string, options: ImportOptions = {}) {
  const documents: string[] = [];
  const problems: string[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'problem') {
      const { place, reason } = item.problem;
      problems.push(`${place.line ?? place.record}: ${reason}`);
      continue;
    }
    if (item.kind === 'note') continue;
    const { externalId, text, annotations, split } = item.document;
    const said = annotations.map(({ status, decisions, annotator, absence }) =>
      [
        status,
        { open: '', no: 'closed', said: 'open' }[absence],
        ...[...decisions].map(([name, value]) => (value === 'yes' ? name : `-${name}`)),
        annotator === null ? '' : `@${annotator}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
    documents.push([externalId ?? '-', text, ...(split ? [split] : []), ...said].join(' | '));
  }
  return { documents, problems };
}

const jsonl = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('plain JSONL: labels, rejected, none apply, unlabelled', async () => {
  const path = file(
    'a.jsonl',
    jsonl(
      { id: 'd1', text: 'The box was late.', labels: ['late delivery', 'refund'] },
      { id: 'd2', text: 'Closed on Monday.', labels: [] },
      { id: 'd3', text: 'Kind people!', labels: ['praise'], rejected: ['refund'] },
      { id: 'd4', text: 'Not opened.' },
      { id: 'd5', text: 'One label.', label: 'praise', split: 'test' },
      { id: 'd6', text: 'Unknown.', labels: null },
    ),
  );
  expect((await read(path)).documents).toEqual([
    'd1 | The box was late. | done late delivery refund',
    'd2 | Closed on Monday. | done',
    'd3 | Kind people! | done open -refund praise',
    'd4 | Not opened.',
    'd5 | One label. | test',
    'd6 | Unknown.',
  ]);
});

test('CSV with a column per label carries yes, no and undecided', async () => {
  const csv = `id,text,split,late delivery,refund,praise
d1,"The box came late, money back.",train,1,1,0
d2,Closed on Monday.,train,0,0,0
d3,Kind people!,test,,,1
d4,Not opened yet.,,,,
d5,"Two
lines",,x,?,N
`;
  expect((await read(file('a.csv', csv))).documents).toEqual([
    'd1 | The box came late, money back. | train | done open late delivery refund -praise',
    'd2 | Closed on Monday. | train | done open -late delivery -refund -praise',
    'd3 | Kind people! | test | draft open praise',
    'd4 | Not opened yet.',
    'd5 | Two\nlines | draft open late delivery -praise',
  ]);
});

test.each([
  ['JSON', '"[""late, really"",""refund""]"', '[]'],
  ['Python', `"['late, really', ""refund""]"`, '[]'],
])('CSV with a %s list in a column', async (_, list, none) => {
  const csv = `id,text,labels\nd1,first text,${list}\nd2,second text,${none}\nd3,third text,\n`;
  expect((await read(file('a.csv', csv))).documents).toEqual([
    'd1 | first text | done late, really refund',
    'd2 | second text | done',
    'd3 | third text',
  ]);
});

test.each(['|', ';', '#'])('CSV with labels separated by %s', async (separator) => {
  const rows = [`a${separator}b`, 'b', `a ${separator} c`].map(
    (labels, i) => `${i},some text ${i},${labels}`,
  );
  expect((await read(file('a.csv', `id,text,labels\n${rows.join('\n')}\n`))).documents).toEqual([
    '0 | some text 0 | done a b',
    '1 | some text 1 | done b',
    '2 | some text 2 | done a c',
  ]);
});

test('CSV with several rows of labels joined by ; though none repeats', async () => {
  const csv = 'id,text,labels\n1,some text,a;b c\n2,other text,d;e\n3,third text,f\n';
  expect((await read(file('a.csv', csv))).documents).toEqual([
    '1 | some text | done a b c',
    '2 | other text | done d e',
    '3 | third text | done f',
  ]);
});

test('one cell with a ; is one label, unless a part of it repeats', async () => {
  const csv = 'id,text,labels\n1,some text,a;b\n2,other text,c\n';
  expect((await read(file('a.csv', csv))).documents).toEqual([
    '1 | some text | done a;b',
    '2 | other text | done c',
  ]);
});

test('CSV in long form: a row per decision', async () => {
  const csv = 'text,category_name,label\nKind people!,praise,true\nKind people!,refund,false\n';
  expect((await read(file('a.csv', csv))).documents).toEqual([
    '- | Kind people! | draft open praise',
    '- | Kind people! | draft open -refund',
  ]);
});

test('other delimiters, and column names that are given', async () => {
  expect((await read(file('a.tsv', 'id\ttext\n1\tone two\n2\tthree\n'))).documents).toHaveLength(2);
  expect(
    (
      await read(file('a.csv', 'nr;words;more\n1;one, two;p\n2;three;q\n'), {
        columns: [
          { column: 'words', role: 'text' },
          { column: 'nr', role: 'id' },
        ],
      })
    ).documents,
  ).toEqual(['1 | one, two', '2 | three']);
  await expect(read(file('a.csv', 'a,b\none two three four,five six seven eight\n'))).rejects.toThrow(
    'which column',
  );
  await expect(
    read(file('a.csv', 'a,b\n1,2\n'), { columns: [{ column: 'c', role: 'text' }] }),
  ).rejects.toThrow('no column "c"');
});

test('Label Studio: tasks, skipped ones, none apply, scores, and the short forms', async () => {
  const result = (choices: string[]) => [
    { id: 'r', type: 'choices', from_name: 'labels', to_name: 'text', value: { choices } },
  ];
  const tasks = [
    {
      id: 1,
      data: { text: 'The box was late.', source: 'mail', nli_scores: { late: 0.9 } },
      annotations: [
        {
          id: 1,
          completed_by: { id: 4, email: 'ada@x.org' },
          was_cancelled: false,
          lead_time: 3.5,
          result: result(['late', 'refund']),
        },
      ],
      predictions: [{ model_version: 'base', score: 0.4, result: result(['late']) }],
    },
    {
      id: 2,
      data: { text: 'Closed.' },
      annotations: [{ id: 2, completed_by: 1, result: [] }],
      predictions: [],
    },
    { id: 3, data: { text: 'Not opened.' }, annotations: [] },
    {
      id: 4,
      data: { text: '???' },
      annotations: [{ id: 3, completed_by: 1, was_cancelled: true, result: [] }],
    },
  ];
  const path = file('tasks.json', JSON.stringify(tasks, null, 2));
  expect((await read(path)).documents).toEqual([
    '1 | The box was late. | done closed late refund @ada@x.org',
    '2 | Closed. | done closed @1',
    '3 | Not opened.',
    '4 | ??? | skipped open @1',
  ]);
  for await (const item of readDocuments(path, {})) {
    if (item.kind === 'document' && item.document.externalId === '1') {
      expect(item.document.suggestions).toEqual([{ label: 'late', score: 0.9, model: 'base' }]);
      expect([...item.document.meta]).toEqual([['source', 'mail']]);
    }
  }
  const csv = `"annotation_id","annotator","id","labels","lead_time","text"
1,"1",1,"{""choices"":[""late"",""refund""]}",3.4,"The box was late."
2,"1",2,"",1.1,"Closed on Monday, sorry."
"","",5,"","","Not opened yet, later."
`;
  expect((await read(file('short.csv', csv))).documents).toEqual([
    '1 | The box was late. | done closed late refund @1',
    '2 | Closed on Monday, sorry. | done closed @1',
    '5 | Not opened yet, later.',
  ]);
  const min = [{ id: 7, text: 'Kind people!', labels: 'praise', annotation_id: 3, annotator: 1 }];
  expect((await read(file('min.json', JSON.stringify(min)))).documents).toEqual([
    '7 | Kind people! | done closed praise @1',
  ]);
});

test('Label Studio: what it gives back of an export of ours, tasks and people numbered anew', async () => {
  const control = (name: string, text: string) => ({
    type: 'textarea',
    from_name: name,
    to_name: 'text',
    value: { text: [text] },
  });
  const choice = { type: 'choices', from_name: 'labels', to_name: 'text', value: { choices: ['late'] } };
  const tasks = [
    {
      id: 91,
      data: { text: 'The box was late.', entail_id: 'd1', stars: 3 },
      annotations: [
        {
          completed_by: 1,
          result: [choice, control('annotated_by', 'ada'), control('comment', 'sure')],
        },
        { completed_by: 1, result: [control('annotated_by', 'bob')] },
        { completed_by: 7, result: [choice] },
      ],
      drafts: [],
      predictions: [3],
    },
  ];
  const path = file('back.json', JSON.stringify(tasks));
  expect((await read(path)).documents).toEqual([
    'd1 | The box was late. | done closed late @ada | done closed @bob | done closed late @7',
  ]);
  for await (const item of readDocuments(path, {})) {
    if (item.kind !== 'document') continue;
    expect(item.document.annotations.map(({ comment }) => comment)).toEqual(['sure', undefined, undefined]);
    expect([...item.document.meta]).toEqual([['stars', 3]]);
  }
  const short = { id: 91, annotation_id: 4, annotator: 1, labels: 'late' };
  const min = [
    { ...short, text: 'The box was late.', entail_id: 'd1', annotated_by: 'ada', comment: 'sure' },
    { ...short, text: 'Closed.', entail_id: 'd2', annotated_by: ['ada'] },
    // No choice at all: the tool leaves the field out.
    { id: 93, annotation_id: 5, annotator: 1, text: 'Hm.', entail_id: 'd3', annotated_by: 'ada' },
  ];
  expect((await read(file('min.json', JSON.stringify(min)))).documents).toEqual([
    'd1 | The box was late. | done closed late @ada',
    'd2 | Closed. | done closed late @ada',
    'd3 | Hm. | done closed @ada',
  ]);
  const csv = `"annotated_by","annotation_id","annotator","comment","entail_id","id","labels","lead_time","ok","text"
"ada",4,"1","sure","d1",91,"{""choices"":[""late"",""refund""]}",3.5,True,"The box was late."
"bob",5,"1","","d1",91,"late","",True,"The box was late."
"ada",6,"1","","d2",92,"","",False,"Closed."
"",7,"2","","d3",93,"late","",False,"Made there."
`;
  const table = await read(file('back.csv', csv));
  expect(table.documents).toEqual([
    'd1 | The box was late. | done closed late refund @ada',
    'd1 | The box was late. | done closed late @bob',
    'd2 | Closed. | done closed @ada',
    'd3 | Made there. | done closed late @2',
  ]);
  // Not ours: "comment" is the text that was labelled.
  const theirs = [{ ...short, comment: 'Nice video!' }];
  expect((await read(file('theirs.json', JSON.stringify(theirs)))).documents).toEqual([
    '91 | Nice video! | done closed late @1',
  ]);
});

test('doccano: the id and the comment of an export of ours come back, with what was noted there', async () => {
  const row = { id: 41, label: ['late'] };
  const path = file(
    'back.jsonl',
    jsonl(
      // As it gives it back: what a file has as comments is dropped.
      { ...row, text: 'One.', entail_id: 'd1', entail_comment: 'sure', Comments: [], stars: 3 },
      { ...row, id: 42, text: 'Two.', entail_id: 'd2', entail_comment: 'sure', Comments: ['not I'] },
      { ...row, id: 43, text: 'Three.', entail_id: 'd3', entail_comment: 'sure', Comments: ['sure'] },
      { ...row, id: 44, text: 'Made there.', Comments: [] },
    ),
  );
  const found: unknown[] = [];
  for await (const item of readDocuments(path, {}))
    if (item.kind === 'document')
      found.push([
        item.document.externalId,
        item.document.annotations.map(({ comment }) => comment),
        [...item.document.meta],
      ]);
  expect(found).toEqual([
    ['d1', ['sure'], [['stars', 3]]],
    ['d2', ['sure\nnot I'], []],
    ['d3', ['sure'], []],
    ['44', [undefined], []],
  ]);
});

test('a table of doccano: labels between "#", also of names that end with it; id and comment of ours', async () => {
  const csv = `id,text,stars,entail_id,entail_comment,Comments,label
1,One.,3.0,d1,sure,,C##late
2,Two.,4.0,d2,,not I,C#
3,Three.,,d3,,,late#praise
`;
  const path = file('back.csv', csv);
  const known = ['C#', 'late', 'praise'];
  expect((await read(path, { known })).documents).toEqual([
    'd1 | One. | done C# late',
    'd2 | Two. | done C#',
    'd3 | Three. | done late praise',
  ]);
  const comments: unknown[] = [];
  for await (const item of readDocuments(path, { known }))
    if (item.kind === 'document') comments.push(item.document.annotations[0]?.comment);
  expect(comments).toEqual(['sure', 'not I', undefined]);
  // Without the project's names "C#" stays whole.
  const bare = 'text,label\nOne.,C#\nTwo.,C\nThree.,C#\n';
  expect((await read(file('bare.csv', bare))).documents).toEqual([
    '- | One. | done C#',
    '- | Two. | done C',
    '- | Three. | done C#',
  ]);
});

test('fastText as doccano writes it: quoted lines, line breaks, labels with spaces, comments', async () => {
  const lines = `"__label__late delivery __label__say ""hi"" The parcel came late.
Two lines, ""quoted"". __comment__not sure __comment__ask Ben"
 Nothing of all this. 
" Unlabelled, with a comma "
"__label__praise

After an empty line, __label__ is a word."
__label__C# Half done 
__label__late delivery It came late. 
`;
  const path = file('back.txt', lines);
  const known = ['late delivery', 'late', 'say "hi"', 'praise', 'C#'];
  expect((await read(path, { known })).documents).toEqual([
    '- | The parcel came late.\nTwo lines, "quoted". | done late delivery say "hi"',
    '- | Nothing of all this.',
    '- | Unlabelled, with a comma',
    '- | After an empty line, __label__ is a word. | done praise',
    '- | Half done | done C#',
    '- | It came late. | done late delivery',
  ]);
  const comments: unknown[] = [];
  for await (const item of readDocuments(path, { known }))
    if (item.kind === 'document') comments.push(item.document.annotations[0]?.comment);
  expect(comments[0]).toBe('not sure\nask Ben');
  // A quote that nothing closes is a character; the lines after it are their own.
  const torn = `"__label__late A, b"\n"__label__late Torn, never closed\n__label__late ${'Long. '.repeat(700_000)}\n__label__praise Kind!\n`;
  const found = (await read(file('torn.txt', torn))).documents;
  expect(found).toHaveLength(4);
  expect(found[3]).toBe('- | Kind! | done praise');
  // Not doccano's: a comma without quotes.
  const plain = '__label__late A, b\n"Well" __label__x he said\n__label__praise Kind!\n';
  expect((await read(file('plain.txt', plain))).documents).toEqual([
    '- | A, b | done late',
    '- | "Well" __label__x he said',
    '- | Kind! | done praise',
  ]);
});

test('Prodigy: options on a card, ignored cards, and one label at a time', async () => {
  const options = ['late', 'refund', 'praise'].map((id) => ({ id, text: id }));
  const rows = jsonl(
    {
      text: 'The box was late.',
      options,
      accept: ['late', 'refund'],
      answer: 'accept',
      _annotator_id: 'ada',
      _view_id: 'choice',
    },
    { text: 'Closed.', options, accept: [], answer: 'accept' },
    { text: '???', options, accept: [], answer: 'ignore' },
    { text: 'Kind people!', label: 'praise', answer: 'accept', score: 0.64 },
    { text: 'Kind people!', label: 'refund', answer: 'reject', score: 0.31 },
  );
  expect((await read(file('p.jsonl', rows))).documents).toEqual([
    '- | The box was late. | done open late refund -praise @ada',
    '- | Closed. | done open -late -refund -praise',
    '- | ??? | skipped open',
    '- | Kind people! | draft open praise',
    '- | Kind people! | draft open -refund',
  ]);
});

test('Argilla, nested and flat', async () => {
  const nested = [
    {
      id: 'd1',
      fields: { text: 'The box was late.' },
      metadata: { source: 'mail' },
      suggestions: { topics: { value: ['late'], score: [0.97], agent: 'base' } },
      responses: { topics: [{ value: ['late', 'refund'], user_id: 'u1' }] },
      vectors: {},
      _server_id: null,
    },
    { id: 'd2', fields: { text: 'Not opened.' }, metadata: {}, suggestions: {}, responses: {} },
  ];
  expect((await read(file('n.json', JSON.stringify(nested)))).documents).toEqual([
    'd1 | The box was late. | done closed late refund @u1',
    'd2 | Not opened.',
  ]);
  const flat = jsonl(
    {
      id: 'd1',
      text: 'The box was late.',
      source: 'mail',
      'topics.responses': [['late'], []],
      'topics.responses.users': ['u1', 'u2'],
      'topics.responses.status': ['submitted', 'discarded'],
      'topics.suggestion': ['late'],
      'topics.suggestion.score': [0.9],
      'topics.suggestion.agent': 'base',
    },
    {
      id: 'd2',
      text: 'Not opened.',
      'topics.responses': null,
      'topics.responses.users': null,
      'topics.responses.status': null,
    },
    { id: 'd3', text: 'Broken.', 'topics.responses': [['late']], 'topics.responses.users': [] },
  );
  const { documents, problems } = await read(file('f.jsonl', flat));
  expect(documents).toEqual([
    'd1 | The box was late. | done closed late @u1 | skipped open @u2',
    'd2 | Not opened.',
  ]);
  expect(problems).toEqual(['3: Responses, users and status are not equally many.']);
});

test('doccano, spaCy and fastText', async () => {
  const doccano = jsonl(
    { id: 1, text: 'The box was late.', label: ['late'], Comments: [] },
    { id: 2, text: 'Closed.', label: [], Comments: ['out of scope?'] },
    { id: 3, text: 'Spans.', label: [[0, 3, 'ORG']], Comments: [] },
  );
  const read1 = await read(file('d.jsonl', doccano));
  expect(read1.documents).toEqual(['1 | The box was late. | done closed late', '2 | Closed. | draft open']);
  expect(read1.problems[0]).toContain('spans of a text');
  const spacy = jsonl(
    { text: 'The box was late.', cats: { late: 1.0, refund: 0.2 }, meta: { id: 'd1' } },
    { text: 'Kind people!', cats: { praise: 1.0 }, meta: { id: 'd3' } },
  );
  expect((await read(file('s.jsonl', spacy))).documents).toEqual([
    'd1 | The box was late. | done open late -refund',
    'd3 | Kind people! | done open praise',
  ]);
  const fasttext =
    '__label__late_delivery __label__refund The box was late.\n__label__praise Kind people!\nnothing here\n';
  expect((await read(file('f.txt', fasttext))).documents).toEqual([
    '- | The box was late. | done late_delivery refund',
    '- | Kind people! | done praise',
    '- | nothing here',
  ]);
});

function parquet(labels: readonly (readonly number[])[], names: readonly string[]): Uint8Array {
  const features = { labels: { feature: { names, _type: 'ClassLabel' }, _type: 'List' } };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: labels.map((_, i) => `p${i}`), type: 'STRING' },
        { name: 'text', data: labels.map((_, i) => `text number ${i}`), type: 'STRING' },
        { name: 'labels', data: [...labels], type: 'JSON' },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    }),
  );
}

test('Parquet with class names, as ids and as zeros and ones; what could be both is not guessed', async () => {
  const names = ['late', 'refund', 'praise'];
  expect((await read(file('a.parquet', parquet([[0, 1], [], [2], [-1]], names)))).documents).toEqual([
    'p0 | text number 0 | done late refund',
    'p1 | text number 1 | done',
    'p2 | text number 2 | done praise',
    'p3 | text number 3',
  ]);
  expect((await read(file('b.parquet', parquet([[1, 0, 1]], names)))).documents).toEqual([
    'p0 | text number 0 | done late praise',
  ]);
  const withEmpty = await read(file('e.parquet', parquet([[], [1, 0, 1], [0, 0, 0]], names)));
  expect(withEmpty.documents.map((found) => found.slice(21))).toEqual(['done', 'done late praise', 'done']);
  const numbered = await read(file('f.parquet', parquet([[0, 1], [1]], ['no', 'yes'])));
  expect(numbered.documents[0]).toBe('p0 | text number 0 | done no yes');
  const unclear = await read(file('c.parquet', parquet([[0, 1]], ['no', 'yes'])));
  expect(unclear.problems[0]).toContain('class numbers or zeros and ones');
  await expect(read(file('d.parquet', 'PAR1 but nothing else'))).rejects.toThrow('no readable Parquet');
});

test('numbers without names are no labels, and the text comes', async () => {
  expect(await read(file('a.jsonl', jsonl({ text: 'one', labels: [0, 1] })))).toEqual({
    documents: ['- | one | done'],
    problems: [],
  });
});

test('text: a document per line', async () => {
  expect((await read(file('a.txt', 'first\n\nsecond\r\nthird'))).documents).toEqual([
    '- | first',
    '- | second',
    '- | third',
  ]);
});

test('annotation rows need no text', async () => {
  const rows = [];
  for await (const row of readJsonlRows(
    file('a.jsonl', '{"id":"1","labels":["a"],"rejected":[]}\n{"id":2,"labels":[3]}\n'),
  ))
    rows.push('problem' in row ? row.problem.reason : [row.id, row.labels, row.rejected]);
  expect(rows).toEqual([['1', ['a'], []], 'A label is no string.']);
});

test('labels.json: names, sentences, and what is wrong with it in a sentence', async () => {
  const labels = (json: unknown) => readLabelsFile(file('labels.json', JSON.stringify(json)));
  expect(
    await labels([
      'a',
      { name: '$&', hypothesis: 'It is $&.', threshold: 0.4 },
      { name: 'b', description: 'B' },
    ]),
  ).toEqual([
    { name: 'a', description: '', hypotheses: ['This text is about a.'], threshold: null },
    { name: '$&', description: '', hypotheses: ['It is $&.'], threshold: 0.4 },
    { name: 'b', description: 'B', hypotheses: ['This text is about b.'], threshold: null },
  ]);
  await expect(labels([])).rejects.toThrow('"labels.json" is no list of labels: it has no label.');
  await expect(labels(['a', 3])).rejects.toThrow('entry 2');
  await expect(labels({})).rejects.toThrow('no list of labels');
  await expect(readLabelsFile(file('labels.json', '{'))).rejects.toThrow('not valid JSON');
});
