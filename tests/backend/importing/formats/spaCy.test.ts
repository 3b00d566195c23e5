import { expect, test } from 'vitest';
import { fileWith, inShort, jsonl } from './support.ts';

test('spaCy: categories', async () => {
  const spacy = jsonl(
    { text: 'The box was late.', cats: { late: 1.0, refund: 0 }, meta: { id: 'd1' } },
    { text: 'Kind people!', cats: { praise: 1.0 }, meta: { id: 'd3' } },
  );
  expect((await inShort(fileWith('s.jsonl', spacy))).documents).toEqual([
    'd1 | The box was late. | done open late -refund',
    'd3 | Kind people! | done open praise',
  ]);
});
