import assert from 'node:assert/strict';
import { test } from 'vitest';
import { hypothesisFor } from '../../../engine/nli/hypotheses.ts';

test('a label is inserted as it is, replacement patterns included', () => {
  assert.equal(
    hypothesisFor('This text is about {}.', 'fees of $& and $$5'),
    'This text is about fees of $& and $$5.',
  );
  assert.equal(hypothesisFor('{} or not {}?', '{}'), '{} or not {}?');
});

test('a template without a slot is refused', () => {
  assert.throws(() => hypothesisFor('This is about sports.', 'x'), RangeError);
});
