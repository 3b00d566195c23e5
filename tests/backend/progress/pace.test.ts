import { expect, test } from 'vitest';
import { paceOf } from '../../../backend/progress/pace.ts';
import type { Finish } from '../../../backend/project/store/finished.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString();
const finish = (seconds: number, own: Partial<Finish> = {}): Finish => ({
  documentId: 1,
  annotatorId: 1,
  at: at(seconds),
  seconds: null,
  ...own,
});
const every = (seconds: number, count: number, from = 0): Finish[] =>
  Array.from({ length: count }, (_, i) => finish(from + seconds * i, { documentId: i + 1 }));

test('a document takes as long as since the one before', () => {
  // The first is not known.
  expect(paceOf(every(10, 7))).toEqual({
    documents: 6,
    documentsPerMinute: 6,
    parts: [{ upTo: 7, documentsPerMinute: 6 }],
  });
});

test('breaks and clocks that are set back do not count', () => {
  const worked = [...every(20, 6), ...every(20, 6, 5000), ...every(20, 6, 10)];
  expect(paceOf(worked)).toMatchObject({ documents: 15, documentsPerMinute: 3 });
});

test('after a break a document took as long as it was on the screen, if that was no break itself', () => {
  const first = finish(0, { seconds: 5 });
  const late = finish(5000, { seconds: 30 });
  const away = finish(10_000, { seconds: 4000 });
  const found = paceOf([first, ...every(5, 4, 5), late, away]);
  expect(found?.documents).toBe(6);
  expect(found?.documentsPerMinute).toBeCloseTo((60 * 6) / (5 * 5 + 30), 12);
});

test('annotators do not wait for each other', () => {
  const ada = every(10, 6);
  const ben = every(10, 6, 5).map((own) => ({ ...own, annotatorId: 2 }));
  const both = [...ada, ...ben].sort((a, b) => a.at.localeCompare(b.at));
  // Both finished the same six.
  expect(paceOf(both)).toEqual({
    documents: 10,
    documentsPerMinute: 6,
    parts: [{ upTo: 6, documentsPerMinute: 6 }],
  });
});

test('the newest hundred make the pace, parts tell of before', () => {
  const found = paceOf([...every(60, 101), ...every(10, 100, 6010)]);
  expect(found?.documentsPerMinute).toBe(6);
  expect(found?.parts.at(0)?.documentsPerMinute).toBe(1);
  expect(found?.parts.length).toBeLessThanOrEqual(24);
});

test('few documents make no pace', () => {
  expect(paceOf(every(10, 5))).toBeNull();
  expect(paceOf([])).toBeNull();
});
