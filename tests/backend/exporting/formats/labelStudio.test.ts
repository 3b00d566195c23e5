import { expect, test } from 'vitest';
import { recordsOf, sidecarsOf } from '../output.ts';
import { AT, annotation, exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

const writing = (id: string, control: string, text: string) => ({
  id,
  from_name: control,
  to_name: 'text',
  type: 'textarea',
  origin: 'manual',
  value: { text: [text] },
});

test('label-studio: tasks, annotations, predictions', () => {
  const tasks = recordsOf('label-studio', source, everything);
  expect(tasks[0]).toEqual({
    id: 1,
    data: {
      text: 'The box came late, I want my money back.',
      entail_id: 'd1',
      source: 'mail',
      nli_scores: { 'late delivery': 0.97, refund: 0.91, praise: 0.02 },
    },
    annotations: [
      {
        id: 1,
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
          writing('r2', 'annotated_by', 'ada'),
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
  expect(tasks[1]).toMatchObject({
    annotations: [{ was_cancelled: false, result: [writing('r3', 'annotated_by', 'ada')] }],
    predictions: [],
  });
  // An unfinished document has no annotation, where what is not chosen would be a no, but drafts.
  expect(tasks[2]).toMatchObject({
    annotations: [],
    drafts: [
      {
        id: 1,
        created_at: AT,
        updated_at: AT,
        result: [
          { id: 'r4', type: 'choices', value: { choices: ['praise'] } },
          writing('r5', 'annotated_by', 'ada'),
        ],
      },
    ],
  });
  expect(tasks[3]).toMatchObject({ annotations: [] });
  expect(tasks.filter((task) => Object.hasOwn(task, 'drafts'))).toHaveLength(1);
  expect(JSON.stringify(recordsOf('label-studio', source))).not.toContain('drafts');
  expect(tasks[4]).toMatchObject({
    annotations: [
      {
        was_cancelled: true,
        result: [writing('r6', 'annotated_by', 'ada'), writing('r7', 'comment', 'odd')],
      },
    ],
  });
  const people = [['ada'], ['bob']].map((text) => ({ from_name: 'annotated_by', value: { text } }));
  expect(tasks[5]).toMatchObject({
    annotations: people.map((who) => ({ result: [{ type: 'choices' }, who] })),
  });
  // The server refuses a file that names an account it does not have.
  expect(JSON.stringify(tasks)).not.toContain('completed_by');
  const all = tasks.flatMap(({ annotations }) => annotations as { id: number; result: { id: string }[] }[]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const results = all.flatMap(({ result }) => result.map(({ id }) => id));
  expect(new Set(results).size).toBe(results.length);
  const tested = sourceOf(['a'], [{ text: 'x', split: 'test', annotations: [annotation('ada')] }]);
  expect(recordsOf('label-studio', tested)).toMatchObject([{ annotations: [{ ground_truth: true }] }]);
  expect(recordsOf('label-studio', sourceOf(['a'], []))).toEqual([]);
});

test('label-studio: a document of the test sample that nobody finished says so itself', () => {
  const tested = sourceOf(
    ['a'],
    [
      { text: 'x', split: 'test' },
      { text: 'y', split: 'train' },
    ],
  );
  expect(recordsOf('label-studio', tested, everything).map(({ data }) => data)).toEqual([
    { text: 'x', entail_id: 'd1', entail_split: 'test' },
    { text: 'y', entail_id: 'd2' },
  ]);
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
  <TextArea name="comment" toName="text" placeholder="Comment" maxSubmissions="1" editable="true"/>
  <View style="display: none">
    <TextArea name="annotated_by" toName="text" maxSubmissions="1"/>
  </View>
</View>
`,
    ],
  ]);
  for (const name of ['bell \u0007', 'half \ud800'])
    expect(() => sidecarsOf('label-studio', sourceOf([name], []))).toThrow("XML can't hold");
});
