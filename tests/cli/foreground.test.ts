import { expect, test } from 'vitest';
import { isForeground } from '../../cli/foreground.ts';

test('a process in the foreground is of the group that its terminal listens to', () => {
  expect(isForeground('  812   812\n')).toBe(true);
  expect(isForeground('  812   790\n')).toBe(false);
  // No terminal, and no ps.
  expect(isForeground('  812    -1\n')).toBe(false);
  expect(isForeground('')).toBe(false);
});
