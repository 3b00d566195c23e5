import { expect, test, vi } from 'vitest';
import { CALL_LIMITS, extraTime, modelTitle } from '../../../engine/process/limits.ts';
import { createWatch, startTicking, type Watched } from '../../../engine/process/watch.ts';

const limits = {
  ...CALL_LIMITS,
  withoutProgressMs: { loading: 200, running: 100, exporting: 300 },
  mostMs: 5000,
  stopMs: 20,
};

function setup(slowest = new Map<string, number>()) {
  const ended: (number | null)[] = [];
  const returned: number[] = [];
  const watch = createWatch(limits, slowest, {
    onEnd: (culprit) => ended.push(culprit?.id ?? null),
    onReturn: ({ id }) => returned.push(id),
  });
  const add = (id: number, more: Partial<Watched> = {}) => {
    const call = { id, kind: `kind ${id}`, extraMs: 0, stopped: false, lasting: false, ...more };
    watch.add(call);
    return call;
  };
  const wait = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) watch.tick(10);
  };
  return { watch, add, wait, ended, returned };
}

test('the limits are those that SECURITY.md promises', () => {
  expect(CALL_LIMITS).toMatchObject({
    withoutProgressMs: { loading: 120_000, running: 60_000, exporting: 300_000 },
    patience: 20,
    mostMs: 900_000,
  });
  // Until who stopped something has an answer.
  expect(CALL_LIMITS.stopMs + CALL_LIMITS.tickMs).toBeLessThan(2000);
});

test('a call that gets on is never ended, however long it takes', () => {
  const { watch, add, wait, ended } = setup();
  add(1);
  for (let i = 0; i < 1000; i++) {
    watch.progress(1, 'running');
    wait(90);
  }
  expect(ended).toEqual([]);
});

test('a call without progress is ended after the limit of what it is at', () => {
  const { watch, add, wait, ended } = setup();
  add(1);
  wait(190);
  watch.progress(1, 'running');
  wait(100);
  expect(ended).toEqual([]);
  wait(10);
  expect(ended).toEqual([1]);
});

test('what took long before, or a large model at first, may take long', () => {
  const { watch, add, wait, ended } = setup();
  add(1, { extraMs: 500 });
  watch.progress(1, 'running');
  wait(600);
  expect(ended).toEqual([]);
  watch.progress(1, 'running');
  wait(5000);
  expect(ended).toEqual([]);
  wait(10);
  expect(ended).toEqual([1]);
});

test('a call that waits for another that gets on is not ended for it; the one that blocks is named', () => {
  const { watch, add, wait, ended } = setup();
  add(1);
  add(2);
  for (let i = 0; i < 10; i++) {
    watch.progress(1, 'running');
    wait(90);
  }
  expect(ended).toEqual([]);
  wait(20 * 90 + 10);
  expect(ended[0]).toBe(1);
});

test('a call that starves for ever is ended although others get on', () => {
  const { watch, add, wait, ended } = setup();
  add(1);
  add(2);
  watch.progress(2, 'running');
  for (let i = 0; i < 10; i++) {
    watch.progress(1, 'running');
    wait(90);
  }
  expect(ended).toEqual([]);
  for (let i = 0; i < 4 && ended.length === 0; i++) {
    watch.progress(1, 'running');
    wait(40);
  }
  expect(ended[0]).toBe(2);
});

test('a stopped call returns; its process ends unless another call needs it', () => {
  const alone = setup();
  alone.add(1).stopped = true;
  alone.wait(20);
  expect(alone.returned).toEqual([1]);
  expect(alone.ended).toEqual([null]);

  const shared = setup();
  shared.add(1).stopped = true;
  shared.add(2);
  shared.wait(40);
  expect(shared.returned).toEqual([1]);
  expect(shared.ended).toEqual([]);
  shared.watch.remove(2);
  shared.wait(10);
  expect(shared.ended).toEqual([null]);
});

test('stopped work that is known to be slow, or is wanted again soon, is let finish', () => {
  const slow = setup(new Map([['running kind 1', 40]]));
  const call = slow.add(1);
  slow.watch.progress(1, 'running');
  call.stopped = true;
  slow.wait(80);
  expect([slow.returned, slow.ended]).toEqual([[1], []]);
  slow.wait(10);
  expect(slow.ended).toEqual([null]);

  const lasting = setup();
  lasting.add(1, { lasting: true }).stopped = true;
  lasting.wait(150);
  expect([lasting.returned, lasting.ended]).toEqual([[1], []]);
});

test('a model is named as people know it', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  expect(modelTitle(`/home/models/cross--encoder/${commit}`)).toBe('cross/encoder');
  expect(modelTitle(`/hub/models--owner--my-name/snapshots/${commit}`)).toBe('owner/my-name');
  expect(modelTitle('/models/mine')).toBe('mine');
});

test('while the machine sleeps no time passes', () => {
  vi.useFakeTimers();
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  try {
    let passed = 0;
    const stop = startTicking(
      {
        tick(ms) {
          passed += ms;
        },
      },
      500,
    );
    const after = (ms: number) => {
      clock += ms;
      vi.advanceTimersByTime(500);
    };
    after(500);
    after(700);
    expect(passed).toBe(1200);
    after(8 * 3_600_000);
    expect(passed).toBe(2200);
    stop();
    after(500);
    expect(passed).toBe(2200);
  } finally {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
});

test('what a large model may take longer has an end: a file of terabytes may be nothing but a hole', () => {
  expect(extraTime(2e9, CALL_LIMITS)).toBe(500_000);
  expect(extraTime(2 ** 40, CALL_LIMITS)).toBe(CALL_LIMITS.mostMs);
});
