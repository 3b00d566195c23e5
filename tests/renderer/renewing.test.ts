import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRenewing } from '../../renderer/src/state/renewing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Figures of `now`, which take so long to be read. */
function figures(takesMs: number) {
  const world = { now: 0, shown: -1, readings: 0 };
  const renewing = createRenewing(async () => {
    world.readings += 1;
    const read = world.now;
    await new Promise((resolve) => setTimeout(resolve, takesMs));
    world.shown = read;
  });
  return { world, ...renewing };
}

it('a first change is read at once', async () => {
  const { world, renew } = figures(10);
  renew();
  await vi.advanceTimersByTimeAsync(10);
  expect(world).toEqual({ now: 0, shown: 0, readings: 1 });
});

it.each([10, 900, 5000])(
  'of many changes the last is shown in the end, with few readings (%i ms each)',
  async (takesMs) => {
    const { world, renew } = figures(takesMs);
    for (let i = 1; i <= 300; i++) {
      world.now = i;
      renew();
      await vi.advanceTimersByTimeAsync(100);
    }
    // In 30 seconds, at rest for three quarters of them.
    expect(world.readings).toBeLessThanOrEqual(1 + Math.ceil(30_000 / Math.max(1500, 4 * takesMs)));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.shown).toBe(300);
    const { readings } = world;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.readings).toBe(readings);
  },
);

it('what nobody looks at any more is not read', async () => {
  const { world, renew, end } = figures(10);
  renew();
  renew();
  end();
  renew();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.readings).toBe(1);
});
