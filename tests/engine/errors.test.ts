import { expect, test } from 'vitest';
import { EngineError } from '../../engine/errors.ts';

test('a name of a foreign model breaks no sentence: one line, of a length that can be read', () => {
  expect(new EngineError('x', 'Its input "a\n\nb\u2028c\0d\u001b[2J" is not known.').message).toBe(
    'Its input "a b c d [2J" is not known.',
  );
  expect(new EngineError('x', 'n'.repeat(5000)).message).toHaveLength(900);
  expect(new EngineError('x', 'Ein Gerät, 質 😀.').message).toBe('Ein Gerät, 質 😀.');
});
