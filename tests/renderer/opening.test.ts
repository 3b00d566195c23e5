import { expect, it } from 'vitest';
import {
  forgetWithProject,
  isStale,
  showOpening,
  whenStale,
  withOpening,
} from '../../renderer/src/connect/opening.ts';

it('what belongs to a project is forgotten with it, and only with it', () => {
  let forgotten = 0;
  forgetWithProject(() => {
    forgotten += 1;
  });
  showOpening('one');
  showOpening('one');
  expect(forgotten).toBe(1);
  showOpening('two');
  expect(forgotten).toBe(2);
});

it('a call carries the opening that was shown when it was made, and a refusal is heard', async () => {
  const sent: string[] = [];
  let refuse = false;
  const link = withOpening({
    async call(_path, _input, { context }) {
      sent.push(context.opening);
      if (refuse) throw Object.assign(new Error(), { data: { code: 'stale_page' } });
      return 'answer';
    },
  });
  let heard = 0;
  whenStale(() => {
    heard += 1;
  });
  showOpening('one');
  const answer = link.call([], undefined, { context: {} });
  showOpening('two');
  expect(await answer).toBe('answer');
  refuse = true;
  await expect(link.call([], undefined, { context: {} })).rejects.toSatisfy(isStale);
  expect([sent, heard]).toEqual([['one', 'two'], 1]);
});
