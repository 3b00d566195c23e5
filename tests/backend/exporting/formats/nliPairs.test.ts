import { expect, test } from 'vitest';
import { recordsOf } from '../output.ts';
import { annotation, decisions, label, sourceOf } from '../source.ts';

test('nli-pairs: one per decided label and hypothesis', () => {
  const twoWays = sourceOf(
    [],
    [
      {
        text: 'Kind people!',
        split: 'test',
        annotations: [annotation('ada', { decisions: decisions('praise', '-refund') })],
      },
      {
        text: 'Closed on Monday.',
        annotations: [annotation('ada', { decisions: decisions('-praise', '-refund', '-late') })],
      },
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
