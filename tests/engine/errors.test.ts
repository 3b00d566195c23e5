import { expect, test } from 'vitest';
import { BackendError } from '../../backend/errors.ts';
import { EngineError } from '../../engine/errors.ts';

test.each([
  ['engine', EngineError],
  ['backend', BackendError],
])('a foreign name breaks no sentence of the %s: one line, of a length that can be read', (_, Failure) => {
  expect(new Failure('x', 'Its input "a\n\nb\u2028c\0d\u001b[2J" is not known.').message).toBe(
    'Its input "a b c d [2J" is not known.',
  );
  expect(new Failure('x', 'n'.repeat(5000)).message).toHaveLength(900);
  expect(new Failure('x', 'y', `It has: ${'long\n'.repeat(900)}`).hint).toHaveLength(900);
  expect(new Failure('x', 'Ein Gerät, 質 😀.').message).toBe('Ein Gerät, 質 😀.');
});
