import { expect, test } from 'vitest';
import { recordsOf } from '../output.ts';
import { annotation, decisions, exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

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

test('prodigy: what someone began to decide comes before what is suggested', () => {
  const suggestions = ['a', 'b', 'c'].map((name) => ({ label: name, score: 0.9, model: 'm' }));
  const draft = annotation('ada', { decisions: decisions('-a', 'd'), status: 'draft' });
  const begun = sourceOf(['a', 'b', 'c', 'd'], [{ text: 'x', suggestions, annotations: [draft] }]);
  const [card] = recordsOf('prodigy', begun, everything);
  expect(card).toMatchObject({ accept: ['b', 'c', 'd'] });
  expect(card).not.toHaveProperty('answer');
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
