import { describe, expect, it } from 'vitest';
import type { LabelEvaluation } from '../../../contract/index.ts';
import { atThreshold, bestThreshold, differFromNow, sorted } from '../../../renderer/src/evaluate/figures.ts';

/** Scores 0.9 yes, 0.8 no, 0.6 yes, 0.2 no: what suggesting from each of them on gives. */
const label = {
  support: 2,
  curve: [
    { threshold: 0.9, precision: 1, recall: 0.5 },
    { threshold: 0.8, precision: 0.5, recall: 0.5 },
    { threshold: 0.6, precision: 2 / 3, recall: 1 },
    { threshold: 0.2, precision: 0.5, recall: 1 },
  ],
};

describe('a threshold', () => {
  it('between two scores gives what the next score above it gives', () => {
    expect(atThreshold(label, 0.7)).toMatchObject({ precision: 0.5, recall: 0.5, suggested: 2, right: 1 });
    expect(atThreshold(label, 0.6)).toMatchObject({ recall: 1, suggested: 3, right: 2 });
    expect(atThreshold(label, 0)).toMatchObject({ recall: 1, suggested: 4, right: 2 });
  });

  it('above every score suggests nothing', () => {
    expect(atThreshold(label, 0.95)).toEqual({ precision: 0, recall: 0, f1: 0, suggested: 0, right: 0 });
  });

  it('has a best one by F1, and none without a curve', () => {
    expect(bestThreshold(label)).toBe(0.6);
    expect(bestThreshold({ support: 0, curve: [] })).toBeNull();
  });
});

describe('what is listed of a label', () => {
  const all = { low: 0, high: 1 };
  const WHOLE = { precision: all, recall: all, f1: all, averagePrecision: all, kappa: all };
  const listed = (recall: number, crossFitted: boolean) =>
    differFromNow({
      ...label,
      threshold: 0.7,
      crossFitted,
      figures: { precision: 0.5, recall, f1: recall, averagePrecision: 1, kappa: 0, intervals: WHOLE },
    });

  it('is told to differ from today’s threshold where it is seen to, since each document has one of its own', () => {
    expect(listed(1, true)).toBe(true);
    expect(listed(0.5, true)).toBe(false);
    expect(listed(0.5002, true)).toBe(false);
    // Of very many scores the curve has a part: that is no other threshold.
    expect(listed(1, false)).toBe(false);
  });
});

describe('labels', () => {
  const all = { low: 0, high: 1 };
  const WHOLE = { precision: all, recall: all, f1: all, averagePrecision: all, kappa: all };
  const one = (name: string, f1: number | null): LabelEvaluation => ({
    name,
    labelId: 1,
    support: 1,
    decided: 2,
    threshold: 0.5,
    thresholdFrom: 'default',
    crossFitted: false,
    target: null,
    expected: null,
    figures:
      f1 === null
        ? null
        : { f1, precision: f1, recall: f1, averagePrecision: f1, kappa: f1, intervals: WHOLE },
    curve: [],
  });

  it('are sorted by name, or by a figure from the lowest', () => {
    const labels = [one('b', 0.1), one('a', 0.9), one('c', 0.1)];
    expect(sorted(labels, 'name').map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(sorted(labels, 'f1').map(({ name }) => name)).toEqual(['b', 'c', 'a']);
  });

  it('that can not be judged come first', () => {
    expect(sorted([one('b', 0.1), one('a', null)], 'f1').map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
