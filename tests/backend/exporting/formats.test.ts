import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { exportFormats } from '../../../backend/exporting/index.ts';
import { bytesOf, formatOf, recordsOf, sidecarsOf, textOf } from './output.ts';
import { AT, annotation, decisions, exampleSource, label, sourceOf } from './source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('the names are those of the documentation', () => {
  expect([...exportFormats.keys()]).toEqual([
    ...['jsonl', 'csv', 'label-studio', 'prodigy', 'prodigy-binary', 'argilla', 'argilla-flat', 'doccano'],
    ...['hf', 'hf-parquet', 'spacy', 'fasttext', 'nli-pairs'],
  ]);
});

test('two exports are the same to the byte', () => {
  for (const name of exportFormats.keys()) {
    expect(bytesOf(name, source, everything).equals(bytesOf(name, exampleSource(), everything))).toBe(true);
    expect(sidecarsOf(name, source)).toEqual(sidecarsOf(name, exampleSource()));
  }
});

test('jsonl: a row per document and annotator carries everything', () => {
  expect(textOf('jsonl', source).split('\n')[0]).toBe(
    '{"id":"d1","text":"The box came late, I want my money back.","labels":["late delivery","refund"],' +
      '"rejected":["praise"],"status":"done","annotator":"ada","meta":{"source":"mail"},"suggestions":[' +
      '{"label":"late delivery","score":0.97,"model":"base"},{"label":"refund","score":0.91,"model":"base"},' +
      `{"label":"praise","score":0.02,"model":"base"}],"seconds":3.4,"at":"${AT}"}`,
  );
  const short = (rows: Record<string, unknown>[]) => rows.map(({ id, status }) => `${id} ${status ?? 'new'}`);
  expect(short(recordsOf('jsonl', source))).toEqual([
    'd1 done',
    'd2 done',
    'd5 skipped',
    'd6 done',
    'd6 done',
  ]);
  expect(short(recordsOf('jsonl', source, everything)).slice(2, 4)).toEqual(['d3 draft', 'd4 new']);
  expect(recordsOf('jsonl', source, everything)[2]).toMatchObject({
    labels: ['praise'],
    rejected: [],
    split: 'test',
  });
  expect(recordsOf('jsonl', source)[2]).toMatchObject({ labels: [], rejected: [], comment: 'odd' });
});

test('csv: a column per label', () => {
  expect(textOf('csv', source, everything).split('\n')).toEqual([
    'id,text,split,status,annotator,comment,late delivery,refund,praise,source',
    'd1,"The box came late, I want my money back.",,done,ada,,1,1,0,mail',
    'd2,Closed on Monday.,,done,ada,,0,0,0,',
    'd3,Kind people!,test,draft,ada,,,,1,',
    'd4,Not opened yet.,,new,,,,,,',
    'd5,???,,skipped,ada,odd,,,,',
    'd6,Two opinions.,,done,ada,,1,0,0,',
    'd6,Two opinions.,,done,bob,,1,1,0,',
    '',
  ]);
  expect(textOf('csv', source, { scores: true }).split('\n').slice(0, 2)).toEqual([
    'id,text,split,status,annotator,comment,late delivery,refund,praise,' +
      'late delivery score,refund score,praise score,source',
    'd1,"The box came late, I want my money back.",,done,ada,,1,1,0,0.97,0.91,0.02,mail',
  ]);
});

test('csv: a label with the name of a column of ours is refused', () => {
  for (const name of ['text', 'Status'])
    expect(() => textOf('csv', sourceOf(['a', name], []))).toThrow(`The label "${name}" can't be a column`);
});

test('label-studio: tasks, annotations, predictions', () => {
  const tasks = recordsOf('label-studio', source, everything);
  expect(tasks[0]).toEqual({
    id: 1,
    data: {
      text: 'The box came late, I want my money back.',
      id: 'd1',
      source: 'mail',
      nli_scores: { 'late delivery': 0.97, refund: 0.91, praise: 0.02 },
    },
    annotations: [
      {
        id: 1,
        completed_by: 1,
        was_cancelled: false,
        ground_truth: false,
        lead_time: 3.4,
        created_at: AT,
        updated_at: AT,
        result: [
          {
            id: 'r1',
            from_name: 'labels',
            to_name: 'text',
            type: 'choices',
            origin: 'manual',
            value: { choices: ['late delivery', 'refund'] },
          },
        ],
      },
    ],
    predictions: [
      {
        model_version: 'base',
        score: 0.41,
        result: [expect.objectContaining({ id: 'p1', value: { choices: ['late delivery', 'refund'] } })],
      },
    ],
  });
  expect(tasks[1]).toMatchObject({ annotations: [{ was_cancelled: false, result: [] }], predictions: [] });
  // An unfinished document has no annotation: what is not chosen would be a no.
  expect(tasks.slice(2, 4)).toMatchObject([{ annotations: [] }, { annotations: [] }]);
  expect(tasks[4]).toMatchObject({ annotations: [{ was_cancelled: true, result: [] }] });
  expect(tasks[5]).toMatchObject({ annotations: [{ completed_by: 1 }, { completed_by: 2 }] });
  const all = tasks.flatMap(({ annotations }) => annotations as { id: number; result: { id: string }[] }[]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const results = all.flatMap(({ result }) => result.map(({ id }) => id));
  expect(new Set(results).size).toBe(results.length);
  const tested = sourceOf(['a'], [{ text: 'x', split: 'test', annotations: [annotation('ada')] }]);
  expect(recordsOf('label-studio', tested)).toMatchObject([{ annotations: [{ ground_truth: true }] }]);
  expect(recordsOf('label-studio', sourceOf(['a'], []))).toEqual([]);
});

test('label-studio: the configuration beside it, escaped', () => {
  const names = ['late delivery', 'a & b', '"q"', "<it's>", 'two\nlines\t'];
  expect(sidecarsOf('label-studio', sourceOf(names, []))).toEqual([
    [
      'folder/data.x.config.xml',
      `<View>
  <Text name="text" value="$text"/>
  <Choices name="labels" toName="text" choice="multiple" showInLine="true">
    <Choice value="late delivery"/>
    <Choice value="a &amp; b"/>
    <Choice value="&quot;q&quot;"/>
    <Choice value="&lt;it&apos;s&gt;"/>
    <Choice value="two&#10;lines&#9;"/>
  </Choices>
</View>
`,
    ],
  ]);
  for (const name of ['bell \u0007', 'half \ud800'])
    expect(() => sidecarsOf('label-studio', sourceOf([name], []))).toThrow("XML can't hold");
});

test('prodigy: cards with the labels that were decided', () => {
  const [first, second, skipped, ...both] = recordsOf('prodigy', source);
  expect(first).toEqual({
    text: 'The box came late, I want my money back.',
    options: [
      { id: 'late delivery', text: 'late delivery', meta: '0.97' },
      { id: 'refund', text: 'refund', meta: '0.91' },
      { id: 'praise', text: 'praise', meta: '0.02' },
    ],
    accept: ['late delivery', 'refund'],
    answer: 'accept',
    meta: { id: 'd1', source: 'mail' },
    _annotator_id: 'ada',
    _timestamp: 1777885920,
    _view_id: 'choice',
    config: { choice_style: 'multiple' },
  });
  expect(second).toMatchObject({ accept: [], answer: 'accept' });
  expect(second!.options).toHaveLength(3);
  expect(skipped).toMatchObject({ text: '???', accept: [], answer: 'ignore' });
  expect(both.map(({ _annotator_id: name }) => name)).toEqual(['ada', 'bob']);
  const undecided = sourceOf(
    ['a', 'b', 'c'],
    [
      { text: 'x', annotations: [annotation('ada', { decisions: decisions('a', '-c') })] },
      { text: 'none', annotations: [annotation('ada')] },
    ],
  );
  const options = recordsOf('prodigy', undecided).map((card) =>
    (card.options as { id: string }[]).map(({ id }) => id),
  );
  expect(options).toEqual([
    ['a', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test('prodigy: an unfinished document is a question with suggestions chosen', () => {
  const asked = sourceOf(
    ['a', 'b'],
    [
      {
        text: 'x',
        suggestions: [
          { label: 'a', score: 0.7, model: 'm' },
          { label: 'b', score: 0.2, model: 'm' },
        ],
      },
    ],
  );
  const [card] = recordsOf('prodigy', asked, everything);
  expect(card).toMatchObject({ accept: ['a'], options: [{ id: 'a', meta: '0.7' }, { id: 'b' }] });
  expect(card).not.toHaveProperty('answer');
  expect(recordsOf('prodigy', asked, { ...everything, threshold: 0.1 })).toMatchObject([
    { accept: ['a', 'b'] },
  ]);
  expect(recordsOf('prodigy', asked)).toEqual([]);
});

test('prodigy-binary: a row per decided label', () => {
  const rows = recordsOf('prodigy-binary', source, everything);
  expect(rows[0]).toEqual({
    text: 'The box came late, I want my money back.',
    label: 'late delivery',
    answer: 'accept',
    score: 0.97,
    meta: { id: 'd1', source: 'mail' },
    _annotator_id: 'ada',
    _timestamp: 1777885920,
    _view_id: 'classification',
  });
  expect(
    rows
      .map(({ meta, label: name, answer }) => `${(meta as { id: string }).id} ${name} ${answer}`)
      .slice(2, 7),
  ).toEqual([
    'd1 praise reject',
    'd2 late delivery reject',
    'd2 refund reject',
    'd2 praise reject',
    'd3 praise accept',
  ]);
  expect(recordsOf('prodigy-binary', source)).toHaveLength(3 + 3 + 6);
});

test('argilla: nested records', () => {
  const records = recordsOf('argilla', source, everything);
  expect(records[0]).toEqual({
    id: 'd1',
    fields: { text: 'The box came late, I want my money back.' },
    metadata: { source: 'mail' },
    suggestions: { labels: { value: ['late delivery', 'refund'], score: [0.97, 0.91], agent: 'base' } },
    responses: { labels: [{ value: ['late delivery', 'refund'], user_id: 'ada' }] },
    vectors: {},
    _server_id: null,
  });
  expect(records[1]).toMatchObject({ responses: { labels: [{ value: [] }] }, suggestions: {} });
  expect(records[2]).toMatchObject({ metadata: { split: 'test' }, responses: {} });
  expect(records[5]).toMatchObject({ responses: { labels: [{ user_id: 'ada' }, { user_id: 'bob' }] } });
  expect(recordsOf('argilla', source)).toHaveLength(3);
  const named = recordsOf('argilla', source, { modelName: 'our model', threshold: 0 });
  expect(named[0]).toMatchObject({
    suggestions: { labels: { score: [0.97, 0.91, 0.02], agent: 'our model' } },
  });
});

test('argilla-flat: a status per response, and every column in every row', () => {
  const rows = recordsOf('argilla-flat', source, everything);
  expect(rows[0]).toEqual({
    id: 'd1',
    text: 'The box came late, I want my money back.',
    source: 'mail',
    split: null,
    'labels.responses': [['late delivery', 'refund']],
    'labels.responses.users': ['ada'],
    'labels.responses.status': ['submitted'],
    'labels.suggestion': ['late delivery', 'refund'],
    'labels.suggestion.score': [0.97, 0.91],
    'labels.suggestion.agent': 'base',
  });
  for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(rows[0]!));
  expect(rows[2]).toMatchObject({ 'labels.responses': [['praise']], 'labels.responses.status': ['draft'] });
  expect(rows[3]).toMatchObject({ source: null, 'labels.responses': null, 'labels.suggestion': null });
  expect(rows[4]).toMatchObject({ 'labels.responses': [[]], 'labels.responses.status': ['discarded'] });
});

test('doccano: lines, and the label list beside them', () => {
  expect(recordsOf('doccano', source)).toEqual([
    {
      id: 1,
      text: 'The box came late, I want my money back.',
      source: 'mail',
      label: ['late delivery', 'refund'],
      Comments: [],
    },
    { id: 2, text: 'Closed on Monday.', label: [], Comments: [] },
    { id: 6, text: 'Two opinions.', label: ['late delivery'], Comments: [] },
  ]);
  const labels = [
    label('z#'),
    { ...label('a'), key: '1', color: '#ffff00' },
    { ...label('b'), key: 'Enter' },
  ];
  const commented = sourceOf(
    [],
    [{ text: 'x', annotations: [annotation('ada', { decisions: decisions('z#', 'a'), comment: 'why?' })] }],
    labels,
  );
  expect(recordsOf('doccano', commented)).toMatchObject([{ label: ['a', 'z#'], Comments: ['why?'] }]);
  const [[path, list]] = sidecarsOf('doccano', commented) as [[string, string]];
  expect(path).toBe('folder/data.x.labels.json');
  const entry = (id: number, text: string, key: string | null, background: string, foreground: string) => ({
    id,
    text,
    prefix_key: null,
    suffix_key: key,
    background_color: background,
    text_color: foreground,
  });
  // Two labels must not share a key.
  expect(JSON.parse(list)).toEqual([
    entry(1, 'z#', '1', '#0072b2', '#ffffff'),
    entry(2, 'a', null, '#ffff00', '#000000'),
    entry(3, 'b', null, '#0072b2', '#ffffff'),
  ]);
});

test('hf: names of labels; the test sample is a file of its own', () => {
  const done = exampleSource();
  expect(recordsOf('hf', done)).toEqual([
    {
      id: 'd1',
      text: 'The box came late, I want my money back.',
      labels: ['late delivery', 'refund'],
      split: 'train',
      source: 'mail',
    },
    { id: 'd2', text: 'Closed on Monday.', labels: [], split: 'train', source: null },
    { id: 'd6', text: 'Two opinions.', labels: ['late delivery'], split: 'train', source: null },
  ]);
  // The only document of the test sample is a draft.
  expect(sidecarsOf('hf', done)).toEqual([]);
  const row = '{"id":"d3","text":"Kind people!","labels":["praise"],"split":"test","source":null}\n';
  for (const [to, test] of [
    ['folder/data.jsonl', 'folder/data-test.jsonl'],
    ['folder/train.jsonl', 'folder/test.jsonl'],
    ['my-train.v2.jsonl', 'my-test.v2.jsonl'],
    ['constraint', 'constraint-test'],
  ])
    expect(sidecarsOf('hf', done, { ...everything, to: to! })).toEqual([[test, row]]);
  const plain = sourceOf(['a'], [{ text: 'x', annotations: [annotation('ada')] }]);
  expect(textOf('hf', plain)).toBe('{"id":"d1","text":"x","labels":[]}\n');
});

test('hf: zeros and ones, floats for Trainer, and the order of the names beside them', () => {
  const lines = (multiHot: 'label' | 'labels') => textOf('hf', source, { multiHot }).split('\n')[0]!;
  expect(lines('labels')).toContain('"labels":[1.0,1.0,0.0]');
  expect(lines('label')).toContain('"label":[1,1,0]');
  expect(sidecarsOf('hf', source, { multiHot: 'label' })).toEqual([
    ['folder/data.x.labels.json', '["late delivery","refund","praise"]\n'],
  ]);
});

const readParquet = (bytes: Buffer) => {
  const file = new Uint8Array(bytes).buffer;
  return { metadata: parquetMetadata(file), rows: parquetReadObjects({ file }) };
};

test('hf-parquet: numbered labels, and the features of datasets in its metadata', async () => {
  const { metadata, rows } = readParquet(bytesOf('hf-parquet', source));
  const value = (dtype: string) => ({ dtype, _type: 'Value' });
  expect(metadata.key_value_metadata).toHaveLength(1);
  expect(JSON.parse(metadata.key_value_metadata![0]!.value!)).toEqual({
    info: {
      features: {
        id: value('string'),
        text: value('string'),
        labels: {
          feature: { names: ['late delivery', 'refund', 'praise'], _type: 'ClassLabel' },
          _type: 'List',
        },
        split: value('string'),
        source: value('string'),
      },
    },
  });
  expect(metadata.schema.slice(3, 6)).toMatchObject([
    { name: 'labels', converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED' },
    { name: 'element', type: 'INT64' },
  ]);
  expect(metadata.created_by).toBe('Entail');
  expect((await rows).map(({ id, labels, source: from }) => [id, labels, from])).toEqual([
    ['d1', [0n, 1n], 'mail'],
    ['d2', [], null],
    ['d6', [0n], null],
  ]);
  expect(sidecarsOf('hf-parquet', source, { ...everything, to: 'train.parquet' })[0]![0]).toBe(
    'test.parquet',
  );
});

test('hf-parquet: types of other fields, null labels, many row groups, an empty file', async () => {
  const texts = Array.from({ length: 25_000 }, (_, i) => `text ${i}`);
  const meta = (i: number) =>
    new Map<string, string | number | boolean>([
      ['stars', i / 2],
      ['urgent', i % 2 === 0],
      ['mixed', i === 0 ? 'one' : 2],
    ]);
  const large = sourceOf(
    ['a'],
    texts.map((text, i) => ({ text, meta: i < 3 ? meta(i) : new Map() })),
  );
  const { metadata, rows } = readParquet(bytesOf('hf-parquet', large, everything));
  expect(metadata.row_groups).toHaveLength(3);
  expect(Number(metadata.num_rows)).toBe(25_000);
  const read = await rows;
  expect(read.map(({ text }) => text)).toEqual(texts);
  expect(read.slice(1, 4)).toMatchObject([
    { stars: 0.5, urgent: false, mixed: '2' },
    { stars: 1, urgent: true, mixed: '2' },
    { stars: null, urgent: null, mixed: null },
  ]);
  expect(read.every(({ labels }) => labels === undefined || labels === null)).toBe(true);
  const none = readParquet(bytesOf('hf-parquet', sourceOf(['a'], [])));
  expect(Number(none.metadata.num_rows)).toBe(0);
  expect(await none.rows).toEqual([]);
});

test('spacy: 1.0 and 0.0 for decided labels', () => {
  expect(textOf('spacy', source, everything).split('\n').slice(0, 3)).toEqual([
    '{"text":"The box came late, I want my money back.",' +
      '"cats":{"late delivery":1.0,"refund":1.0,"praise":0.0},"meta":{"id":"d1","source":"mail"}}',
    '{"text":"Closed on Monday.","cats":{"late delivery":0.0,"refund":0.0,"praise":0.0},"meta":{"id":"d2"}}',
    '{"text":"Kind people!","cats":{"praise":1.0},"meta":{"id":"d3"}}',
  ]);
  // The two annotators of d6 disagree on the refund.
  expect(recordsOf('spacy', source).at(-1)).toMatchObject({ cats: { 'late delivery': 1, praise: 0 } });
  expect(
    recordsOf('spacy', sourceOf(['a', 'b'], [{ text: 'x', annotations: [annotation('ada')] }])),
  ).toMatchObject([{ cats: { a: 0, b: 0 } }]);
  expect(sidecarsOf('spacy', source)[0]![1]).toContain('docs.to_disk');
});

test('fasttext: a line per document', () => {
  expect(textOf('fasttext', source)).toBe(
    '__label__late_delivery __label__refund The box came late, I want my money back.\n' +
      'Closed on Monday.\n__label__late_delivery Two opinions.\n',
  );
  expect(textOf('fasttext', source, { noneLabel: true })).toContain('__label__none Closed on Monday.\n');
  const names = ['a b', 'a_b', 'a\n b', 'a_b_2', 'none', '__label__', '$&'];
  const tricky = sourceOf(names, [
    {
      text: 'one\r\n\ttwo  three\u2028four\0five',
      annotations: [annotation('ada', { decisions: decisions('a b') })],
    },
    { text: '__label__x a__label__ \u00a0__label__y', annotations: [annotation('ada')] },
  ]);
  expect(textOf('fasttext', tricky, { noneLabel: true })).toBe(
    '__label__a_b one two  three four five\n__label__none_2 _label__x a__label__ \u00a0_label__y\n',
  );
  expect(JSON.parse(sidecarsOf('fasttext', tricky)[0]![1])).toEqual({
    'a b': 'a_b',
    a_b: 'a_b_2',
    'a\n b': 'a_b_3',
    a_b_2: 'a_b_2_2',
    none: 'none',
    __label__: '__label__',
    '$&': '$&',
  });
});

test('nli-pairs: one per decided label and hypothesis', () => {
  const twoWays = sourceOf(
    [],
    [
      {
        text: 'Kind people!',
        split: 'test',
        annotations: [annotation('ada', { decisions: decisions('praise', '-refund') })],
      },
      { text: 'Closed on Monday.', annotations: [annotation('ada')] },
      { text: 'Not opened yet.' },
    ],
    [{ ...label('praise'), hypotheses: ['It is kind.', 'They praise us.'] }, label('refund'), label('late')],
  );
  const pairs = recordsOf('nli-pairs', twoWays);
  expect(pairs[0]).toEqual({
    premise: 'Kind people!',
    hypothesis: 'It is kind.',
    label: 'entailment',
    label_id: 0,
    doc_id: 'd1',
    label_name: 'praise',
    source: 'yes',
    split: 'test',
  });
  expect(pairs.map(({ doc_id: id, hypothesis, label: target }) => `${id} ${hypothesis} ${target}`)).toEqual([
    'd1 It is kind. entailment',
    'd1 They praise us. entailment',
    'd1 It is refund. contradiction',
    'd2 It is kind. contradiction',
    'd2 They praise us. contradiction',
    'd2 It is refund. contradiction',
    'd2 It is late. contradiction',
  ]);
  expect(pairs.every(({ doc_id: id, split }) => (id === 'd1') === (split === 'test'))).toBe(true);
  const classes = (...pairClasses: string[]) =>
    recordsOf('nli-pairs', twoWays, { pairClasses }).map(
      ({ label: target, label_id: id }) => `${target} ${id}`,
    );
  expect(classes('CONTRADICTION', 'neutral', 'Entailment').slice(1, 3)).toEqual([
    'entailment 2',
    'contradiction 0',
  ]);
  expect(classes('entailment', 'not_entailment').slice(1, 3)).toEqual(['entailment 0', 'not_entailment 1']);
  expect(() => classes('LABEL_0', 'LABEL_1')).toThrow('none is called entailment');
});

test('10: other fields of any name are kept, and mean nothing to who reads the file', () => {
  const keys = [
    'id',
    'text',
    'label',
    'labels',
    'answer',
    'data',
    'cats',
    'x.responses',
    '__proto__',
    'meta.id',
    'tags',
    '',
  ];
  const odd = sourceOf(
    ['a'],
    [
      {
        text: 'the text',
        meta: new Map(keys.map((key) => [key, `of ${key}`])),
        annotations: [annotation('ada', { decisions: decisions('a') })],
      },
    ],
  );
  const values = keys.map((key) => `of ${key}`).sort();
  const kept = (record: object) =>
    Object.values(record).filter((value) => typeof value === 'string' && value.startsWith('of '));
  const found: Record<string, object> = {
    jsonl: recordsOf('jsonl', odd)[0]!.meta as object,
    'label-studio': recordsOf('label-studio', odd)[0]!.data as object,
    prodigy: recordsOf('prodigy', odd)[0]!.meta as object,
    argilla: recordsOf('argilla', odd)[0]!.metadata as object,
    'argilla-flat': recordsOf('argilla-flat', odd)[0]!,
    doccano: recordsOf('doccano', odd)[0]!,
    hf: recordsOf('hf', odd)[0]!,
    spacy: recordsOf('spacy', odd)[0]!.meta as object,
  };
  for (const [name, record] of Object.entries(found))
    expect([name, kept(record).sort()]).toEqual([name, values]);
  expect(found.hf).toMatchObject({
    text: 'the text',
    labels: ['a'],
    'meta.text': 'of text',
    'meta.id_': 'of id',
  });
  const [header, row] = textOf('csv', odd)
    .split('\n')
    .map((line) => line.split(','));
  expect(kept(row!).sort()).toEqual(values);
  expect(new Set(header).size).toBe(header!.length);
  expect(({} as Record<string, unknown>).of).toBeUndefined();
});

test('13: labels of any name are written as they are', () => {
  const names = [
    '__proto__',
    'constructor',
    '$&',
    '{}',
    'a,b;c|d#e',
    'two\nlines',
    '"q"',
    '=1',
    'A',
    'a',
    '10',
    '2',
  ];
  const odd = sourceOf(names, [
    { text: 'x', annotations: [annotation('ada', { decisions: decisions(...names) })] },
  ]);
  expect(recordsOf('jsonl', odd)[0]!.labels).toEqual(names);
  expect(recordsOf('prodigy', odd)[0]!.accept).toEqual(names);
  expect(recordsOf('argilla', odd)).toMatchObject([{ responses: { labels: [{ value: names }] } }]);
  expect(recordsOf('hf', odd)[0]!.labels).toEqual(names);
  expect(recordsOf('doccano', odd)[0]!.label).toEqual([...names].sort());
  expect(Object.keys(recordsOf('spacy', odd)[0]!.cats as object).sort()).toEqual([...names].sort());
  expect(recordsOf('nli-pairs', odd).map(({ label_name: name }) => name)).toEqual(names);
  expect(recordsOf('prodigy-binary', odd).map(({ label: name }) => name)).toEqual(names);
});

test('every format says what it is', () => {
  for (const [name, format] of exportFormats) {
    expect(format).toBe(formatOf(name));
    expect(format.description).not.toBe('');
    expect(format.extension).toMatch(/^\.[a-z]+$/);
  }
});
