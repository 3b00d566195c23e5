import { expect, it } from 'vitest';
import {
  callOf,
  forgetWithProject,
  isStale,
  showOpening,
  whenAnswered,
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

it('a failure knows its call, and that it works again is told', async () => {
  let refuse = true;
  const link = withOpening({
    async call() {
      if (refuse) throw new Error('no');
      return 'answer';
    },
  });
  const worked: string[] = [];
  whenAnswered((call) => worked.push(call()));
  const failure = await link.call(['labels', 'add'], { name: 'a' }, { context: {} }).catch((error) => error);
  expect([callOf(failure), callOf(new Error('another')), worked]).toEqual([
    'labels.add {"name":"a"}',
    undefined,
    [],
  ]);
  refuse = false;
  await link.call(['labels', 'add'], { name: 'b' }, { context: {} });
  await link.call(['labels', 'add'], { name: 'a' }, { context: {} });
  expect(worked).toEqual(['labels.add {"name":"b"}', 'labels.add {"name":"a"}']);
});
