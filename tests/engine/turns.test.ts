import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { JudgedRow } from '../../engine/evaluate/cells.ts';
import { withIntervals } from '../../engine/evaluate/intervals.ts';
import { evaluateInTurns } from '../../engine/evaluate/metrics.ts';
import { createRandom } from '../../engine/random.ts';
import { atOnce, inTurns, type Steps } from '../../engine/turns.ts';

function* counting(to: number): Steps<number> {
  let sum = 0;
  for (let i = 1; i <= to; i++) {
    sum += i;
    yield;
  }
  return sum;
}

test('steps come to the same at once and in turns, and what they throw is thrown', async () => {
  expect(atOnce(counting(100))).toBe(5050);
  expect(await inTurns(counting(100))).toBe(5050);
  // biome-ignore lint/correctness/useYield: it ends before its first step
  const broken = function* (): Steps<number> {
    throw new RangeError('no');
  };
  await expect(inTurns(broken())).rejects.toThrow('no');
});

/** How often something else had its turn until `work` was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  for (; !done; turns++) await nextTurn();
  await ended;
  return turns;
}

test('figures and intervals of many labels leave turns for key presses', async () => {
  const labels = 500;
  const random = createRandom(1);
  const thresholds = new Float64Array(labels).fill(0.5);
  const rows = Array.from({ length: 400 }, (): JudgedRow => {
    const gold = Uint8Array.from({ length: labels }, () => (random.uniform() < 0.2 ? 1 : 0));
    const scores = Float32Array.from(gold, (yes) => 0.3 * yes + 0.7 * random.uniform());
    return { gold, scores, thresholds, decided: new Uint8Array(labels).fill(1) };
  });
  const judged = {
    gold: rows.map(({ gold }) => gold),
    scores: rows.map(({ scores }) => scores),
    labelNames: Array.from({ length: labels }, (_, label) => `label ${label}`),
    thresholds,
  };
  // A clock on which each step takes longer than a turn may: how fast this machine is does not matter.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  onTestFinished(() => clock.mockRestore());
  const metrics = evaluateInTurns(judged);
  expect(await turnsDuring(metrics)).toBeGreaterThan(labels + rows.length - 2);
  const intervals = withIntervals(await metrics, rows, { atRandom: true });
  expect(await turnsDuring(intervals)).toBeGreaterThan(10 * labels);
});
