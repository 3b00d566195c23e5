import { expect, test } from 'vitest';
import { sidecarsOf, textOf } from '../output.ts';
import { annotation, decisions, exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();

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
