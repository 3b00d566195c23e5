import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onEnter } from '../../cli/onEnter.ts';

test('each Enter is heard until nobody listens any more', async () => {
  const input = new PassThrough();
  let times = 0;
  const stop = onEnter(input, () => {
    times += 1;
  });
  input.write('\n');
  input.write('words without an end');
  await nextTurn();
  expect(times).toBe(1);
  input.write('\n\n');
  await nextTurn();
  expect(times).toBe(3);
  stop();
  input.write('\n');
  await nextTurn();
  expect(times).toBe(3);
});
