import { expect, test } from 'vitest';
import { fileWith, inShort, jsonl } from './support.ts';

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
  expect((await inShort(fileWith('p.jsonl', rows))).documents).toEqual([
    '- | The box was late. | done open late refund -praise @ada',
    '- | Closed. | done open -late -refund -praise',
    '- | ??? | skipped open',
    '- | Kind people! | draft open praise',
    '- | Kind people! | draft open -refund',
  ]);
});

test('Prodigy: categories of spaCy are decisions where their card was accepted, and nothing where it was not', async () => {
  const cats = { late: 1, refund: false };
  const rows = jsonl(
    { text: 'The box was late.', cats, answer: 'accept' },
    { text: 'Closed.', cats, answer: 'reject' },
    { text: '???', cats, answer: 'ignore' },
    { text: 'Empty.', cats: {}, answer: 'accept' },
  );
  expect((await inShort(fileWith('p.jsonl', rows))).documents).toEqual([
    '- | The box was late. | done open late -refund',
    '- | Closed. | skipped open',
    '- | ??? | skipped open',
    '- | Empty.',
  ]);
});
