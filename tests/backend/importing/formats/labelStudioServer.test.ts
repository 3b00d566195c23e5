import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportOptions } from '../../../../backend/importing/options.ts';
import { readDocuments } from '../../../../backend/importing/read.ts';
import type { DocumentRecord } from '../../../../backend/records.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

/** What Label Studio 1.23.2 writes, read again: tests/interop/peers asks the server itself. */
async function read(name: string, content: string, options: ImportOptions = {}): Promise<DocumentRecord[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const found: DocumentRecord[] = [];
  for await (const item of readDocuments(path, options)) {
    if (item.kind === 'problem') throw new Error(item.problem.reason);
    if (item.kind === 'document') found.push(item.document);
  }
  return found;
}

const said = ({ annotations }: DocumentRecord) =>
  annotations.map(({ status, annotator, decisions }) => [status, annotator, ...decisions.keys()].join(' '));

const chosen = (...choices: string[]) => [
  { id: 'a', from_name: 'labels', to_name: 'text', type: 'choices', value: { choices } },
];
const answer = (id: number, completed_by: unknown, ...choices: string[]) => ({
  id,
  completed_by,
  result: chosen(...choices),
  was_cancelled: false,
});
const draft = (user: string, number: number, annotation: number | null, ...choices: string[]) => ({
  id: number,
  user,
  created_username: `${user}, ${number}`,
  result: chosen(...choices),
  annotation,
});
const task = (annotations: object[], drafts: object[]) =>
  JSON.stringify([{ id: 1, data: { text: 'The box was late.' }, annotations, drafts, predictions: [] }]);

test('what someone began stays theirs beside the answer of another, and is no answer', async () => {
  const [beside] = await read('a.json', task([answer(5, 6, 'late')], [draft('ben@x.org', 7, null, 'wet')]));
  expect(said(beside!)).toEqual(['done 6 late', 'draft 7 wet']);
  const whole = { id: 6, email: 'anna@x.org' };
  const [byEmail] = await read(
    'b.json',
    task([answer(5, whole, 'late')], [draft('ben@x.org', 7, null, 'wet')]),
  );
  expect(said(byEmail!)).toEqual(['done anna@x.org late', 'draft ben@x.org wet']);
  const [alone] = await read('c.json', task([], [draft('ben@x.org', 7, null, 'wet')]));
  expect(said(alone!)).toEqual(['draft 7 wet']);
});

test('a draft of an answer that was submitted, or of who has answered, changes nothing', async () => {
  const [reworked] = await read('a.json', task([answer(5, 6, 'late')], [draft('a@x.org', 6, 5, 'wet')]));
  expect(said(reworked!)).toEqual(['done 6 late']);
  const [again] = await read('b.json', task([answer(5, 6, 'late')], [draft('a@x.org', 6, null, 'wet')]));
  expect(said(again!)).toEqual(['done 6 late']);
});

const flat = (text: string, more: object) => ({
  text,
  entail_id: text,
  id: 9,
  ...more,
  annotator: 2,
  annotation_id: 22,
  created_at: '2026-11-29T08:27:11.875484Z',
  updated_at: '2026-11-29T08:27:11.875514Z',
  lead_time: 2.5,
});
const FLAT = [
  flat('Both lists.', {
    label: { choices: ['late', 'wet'] },
    tone: 'angry',
    stars: [{ rating: 4 }],
    why: 'so',
  }),
  flat('One list.', { label: 'late' }),
  flat('The other list.', { tone: 'kind', stars: [{ rating: 4 }] }),
];

test('flat records: several lists of choices, of which the project has the labels; ratings are none', async () => {
  const documents = await read('min.json', JSON.stringify(FLAT), { known: ['late', 'wet', 'angry', 'kind'] });
  expect(documents.map(said)).toEqual([['done 2 late wet angry'], ['done 2 late'], ['done 2 kind']]);
  expect([...documents[0]!.meta]).toEqual([
    ['stars', '[{"rating":4}]'],
    ['why', 'so'],
  ]);
});

test('flat records: lists of choices that are named', async () => {
  const columns = [
    { column: 'label', role: 'labels' as const },
    { column: 'tone', role: 'labels' as const },
  ];
  const documents = await read('min.json', JSON.stringify(FLAT), { columns });
  expect(documents.map(said)).toEqual([['done 2 late wet angry'], ['done 2 late'], ['done 2 kind']]);
});

test('flat records: a rating costs no record where the choices are found by their place', async () => {
  const rows = [
    flat('One.', { reason: 'late', stars: [{ rating: 4 }] }),
    flat('Two.', { stars: [{ rating: 1 }] }),
  ];
  expect((await read('min.json', JSON.stringify(rows))).map(said)).toEqual([['done 2 late'], ['done 2']]);
});

const TABLE = `"annotation_id","annotator","created_at","entail_id","id","label","lead_time","nli_scores","text","tone","updated_at","why"
22,"2","2026-11-29T08:27:11.875484Z","c1",23,"{""choices"":[""late"",""wet""]}",2.5,"{""late"":0.9}","Both lists.","angry","2026-11-29T08:27:11.875514Z","so"
23,"2","2026-11-29T08:27:12.183593Z","c2",24,"late","","","One list.","","2026-11-29T08:27:12.183640Z",""
"","","","c3",25,"","","","Nobody, yet.","","",""
`;

test('its table: several lists of choices, times, and what the model said', async () => {
  const [both, one, none] = await read('a.csv', TABLE, { known: ['late', 'wet', 'angry'] });
  expect([both!, one!, none!].map(said)).toEqual([['done 2 late wet angry'], ['done 2 late'], []]);
  expect(both!.annotations[0]).toMatchObject({ seconds: 2.5, at: '2026-11-29T08:27:11.875514Z' });
  expect(both!.suggestions).toEqual([{ label: 'late', score: 0.9, model: 'imported' }]);
  expect([...both!.meta]).toEqual([
    ['id', '23'],
    ['why', 'so'],
  ]);
});
