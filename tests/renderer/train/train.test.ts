import { describe, expect, it } from 'vitest';
import type { Run, TrainingEvent } from '../../../contract/index.ts';
import { joined, smoothed, thinned } from '../../../renderer/src/charts/thin.ts';
import { compared, difference } from '../../../renderer/src/train/compare.ts';
import { NOTHING, withEvent } from '../../../renderer/src/train/progress.ts';

const step = (at: number, loss: number): TrainingEvent => ({
  kind: 'step',
  step: at,
  steps: 10,
  loss,
  pairsPerSecond: 100,
  secondsLeft: 5,
  secondsAfter: null,
});
const told = (...events: TrainingEvent[]) => events.reduce(withEvent, NOTHING);
const run = (labels: [string, number][], macro: number): Run => ({
  id: 1,
  name: 'run',
  status: 'done',
  active: false,
  startedAt: '2026-01-01T00:00:00Z',
  error: null,
  documents: 10,
  heldOutDocuments: 5,
  seconds: 1,
  losses: [],
  evaluations: [],
  against: null,
  tookOver: true,
  outside: null,
  metrics: {
    crossFitted: true,
    labelsLeftOut: 0,
    macro: { precision: 0, recall: 0, f1: macro },
    micro: { precision: 0, recall: 0, f1: 0 },
    weighted: { precision: 0, recall: 0, f1: 0 },
    samples: { precision: 0, recall: 0, f1: 0 },
    subsetAccuracy: 0,
    hammingLoss: 0,
    meanAveragePrecision: 0,
    labels: labels.map(([name, f1]) => ({
      name,
      f1,
      precision: 0,
      recall: 0,
      support: 1,
      threshold: 0.5,
      averagePrecision: 0,
      judged: true,
    })),
  },
});

describe('a training as its events tell it', () => {
  it('puts a step that comes again after a restart in its place', () => {
    const start: TrainingEvent = { kind: 'start', run: 3, warnings: ['few'], losses: [], evaluations: [] };
    const progress = told(start, step(1, 0.9), step(2, 0.8), { kind: 'restart' }, step(2, 0.7), step(3, 0.6));
    expect(progress).toMatchObject({
      state: 'running',
      run: 3,
      losses: [0.9, 0.7, 0.6],
      restarts: 1,
      step: 3,
    });
  });

  it('starts anew with a new run, and leaves the empty one as it is', () => {
    told(step(1, 0.9));
    const start: TrainingEvent = { kind: 'start', run: 4, warnings: [], losses: [], evaluations: [] };
    expect(told(step(1, 0.9), start)).toMatchObject({ run: 4, losses: [], evaluations: [] });
    expect(NOTHING.losses).toEqual([]);
  });

  it('shows the whole of a run that goes on, from its first step', () => {
    const evaluations = [{ epoch: 1, step: 2, macroF1: 0.4 }];
    const goesOn: TrainingEvent = { kind: 'start', run: 4, warnings: [], losses: [0.9, 0.8], evaluations };
    const progress = told(goesOn, step(3, 0.5));
    expect(progress).toMatchObject({ losses: [0.9, 0.8, 0.5], evaluations, step: 3 });
  });

  it('keeps a resumed run at its place', () => {
    expect(told(step(3, 0.5)).losses).toEqual([Number.NaN, Number.NaN, 0.5]);
  });

  it('ends done or failed, without time left', () => {
    expect(told(step(1, 1), { kind: 'done', run: 1 })).toMatchObject({ state: 'done', secondsLeft: null });
    const failure = { code: 'disk_full', message: 'no space', hint: null, remedy: null, params: {} };
    expect(told({ kind: 'failed', failure })).toMatchObject({ state: 'failed', failure });
  });
});

describe('curves', () => {
  it('are thinned to averages, without what is not a number', () => {
    expect(thinned([1, 3, 5, 7], 2)).toEqual({ x: [2, 4], y: [2, 6] });
    expect(thinned([Number.NaN, Number.NaN, 5], 10)).toEqual({ x: [3], y: [5] });
  });

  it('are smoothed without a pull to zero at the start', () => {
    const [first, second] = smoothed([4, 4, 4]);
    expect([first, second]).toEqual([4, 4]);
  });

  it('share an axis, with nothing where one has no point', () => {
    expect(
      joined([
        { x: [1, 2], y: [5, 6] },
        { x: [2, 3], y: [7, 8] },
      ]),
    ).toEqual({
      x: [1, 2, 3],
      ys: [
        [5, 6, null],
        [null, 7, 8],
      ],
    });
  });
});

describe('two runs', () => {
  it('are compared by the names of their labels, with the average at last', () => {
    const rows = compared(
      run(
        [
          ['a', 0.5],
          ['b', 0.4],
        ],
        0.45,
      ),
      run(
        [
          ['b', 0.6],
          ['c', 0.1],
        ],
        0.35,
      ),
    );
    expect(rows).toEqual([
      { name: 'a', f1: [0.5, null], ranges: [null, null] },
      { name: 'b', f1: [0.4, 0.6], ranges: [null, null] },
      { name: 'c', f1: [null, 0.1], ranges: [null, null] },
      { name: null, f1: [0.45, 0.35], ranges: [null, null] },
    ]);
    expect(rows.map(({ f1 }) => difference(f1))).toEqual(['', '+20.0', '', '−10.0']);
  });

  it('show the interval of each figure beside it', () => {
    const f1 = { low: 0.2, high: 0.8 };
    const own = run([['a', 0.5]], 0.5);
    const metrics = own.metrics!;
    const intervals = { precision: f1, recall: f1, f1 };
    const first: Run = {
      ...own,
      metrics: {
        ...metrics,
        macro: { ...metrics.macro, intervals: { ...intervals, f1: { low: 0.1, high: 0.9 } } },
        labels: metrics.labels.map((label) => ({ ...label, intervals })),
      },
    };
    expect(compared(first, own).map(({ ranges }) => ranges)).toEqual([
      [f1, null],
      [{ low: 0.1, high: 0.9 }, null],
    ]);
  });
});
