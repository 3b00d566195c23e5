import { expect, test } from 'vitest';
import { readDocuments } from '../../../../backend/importing/read.ts';
import { fileWith, inShort } from './support.ts';

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
  const path = fileWith('tasks.json', JSON.stringify(tasks, null, 2));
  expect((await inShort(path)).documents).toEqual([
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
  expect((await inShort(fileWith('short.csv', csv))).documents).toEqual([
    '1 | The box was late. | done closed late refund @1',
    '2 | Closed on Monday, sorry. | done closed @1',
    '5 | Not opened yet, later.',
  ]);
  const min = [{ id: 7, text: 'Kind people!', labels: 'praise', annotation_id: 3, annotator: 1 }];
  expect((await inShort(fileWith('min.json', JSON.stringify(min)))).documents).toEqual([
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
  const path = fileWith('back.json', JSON.stringify(tasks));
  expect((await inShort(path)).documents).toEqual([
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
  expect((await inShort(fileWith('min.json', JSON.stringify(min)))).documents).toEqual([
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
  const table = await inShort(fileWith('back.csv', csv));
  expect(table.documents).toEqual([
    'd1 | The box was late. | done closed late refund @ada',
    'd1 | The box was late. | done closed late @bob',
    'd2 | Closed. | done closed @ada',
    'd3 | Made there. | done closed late @2',
  ]);
  // Not ours: "comment" is the text that was labelled.
  const theirs = [{ ...short, comment: 'Nice video!' }];
  expect((await inShort(fileWith('theirs.json', JSON.stringify(theirs)))).documents).toEqual([
    '91 | Nice video! | done closed late @1',
  ]);
});

test('Label Studio: the mark of our test sample comes back in all of its files, and is nobody else’s', async () => {
  const splitsIn = async (name: string, content: string) => {
    const found: string[] = [];
    for await (const item of readDocuments(fileWith(name, content), {}))
      if (item.kind === 'document')
        found.push(`${item.document.split} ${[...item.document.meta.keys()].join(' ')}`.trim());
    return found;
  };
  const data = { text: 'The box was late.', entail_id: 'd1', entail_split: 'test' };
  const plain = { text: 'Closed.', entail_id: 'd2' };
  const tasks = [data, plain].map((own, id) => ({ id, data: own, annotations: [] }));
  expect(await splitsIn('tasks.json', JSON.stringify(tasks))).toEqual(['test', 'null']);
  const short = { id: 91, annotation_id: 4, annotator: 1, labels: 'late' };
  const flat = [data, plain].map((own) => ({ ...short, ...own }));
  expect(await splitsIn('min.json', JSON.stringify(flat))).toEqual(['test', 'null']);
  const csv = `"annotation_id","annotator","entail_id","entail_split","id","labels","text"
4,"1","d1","test",91,"late","The box was late."
5,"1","d2","",92,"late","Closed."
`;
  const ofTable = await splitsIn('back.csv', csv);
  expect(ofTable.map((own) => own.split(' ')[0])).toEqual(['test', 'null']);
  expect(ofTable.join(' ')).not.toContain('entail_split');
  const theirs = [{ id: 1, data: { text: 'One.', entail_split: 'test' }, annotations: [] }];
  expect(await splitsIn('theirs.json', JSON.stringify(theirs))).toEqual(['null entail_split']);
});
