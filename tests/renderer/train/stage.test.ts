import { expect, test } from 'vitest';
import type { TrainingEvent } from '../../../contract/index.ts';
import { NOTHING, withEvent } from '../../../renderer/src/train/progress.ts';
import { stageOf } from '../../../renderer/src/train/stage.ts';

const step = (at: number, secondsLeft: number | null, secondsAfter: number | null): TrainingEvent => ({
  ...{ kind: 'step', step: at, steps: 10, loss: 0.5, pairsPerSecond: 100 },
  ...{ secondsLeft, secondsAfter },
});
const tuning = (at: number, secondsLeft: number | null): TrainingEvent => ({
  ...{ kind: 'tuning', step: at, steps: 4, secondsLeft },
});
const said = (...events: TrainingEvent[]) => stageOf(events.reduce(withEvent, NOTHING));

test('the time left has what comes after the steps in it; where nothing tells of that, it is called that of the steps', () => {
  expect(said(step(3, 20, 30)).text).toBe('Step 3 of 10 · 100 pairs per second · about 50 s left');
  expect(said(step(3, 20, null)).text).toBe('Step 3 of 10 · 100 pairs per second · about 20 s of steps left');
  expect(said(step(1, null, 30)).text).toBe('Step 1 of 10 · 100 pairs per second');
});

test('what comes after the steps has a name and a pace of its own, and no time of nothing is named', () => {
  expect(said()).toEqual({ text: 'Getting ready…', share: null });
  expect(said(step(9, 0.2, null)).text).toBe('Step 9 of 10 · 100 pairs per second');
  expect(said(step(10, null, 0.1))).toEqual({ text: 'Measuring what it learnt…', share: null });
  expect(said(step(10, null, 30), tuning(1, null))).toEqual({
    text: 'Learning which documents are alike…',
    share: 0.25,
  });
  expect(said(step(10, null, 30), tuning(2, 14)).text).toBe(
    'Learning which documents are alike… · about 14 s left',
  );
  expect(said(step(10, null, 30), tuning(4, null)).text).toBe('Measuring what it learnt…');
});
