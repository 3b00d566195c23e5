import { expect, test } from 'vitest';
import { ago, count, duration, percent, size } from '../../renderer/src/strings.ts';

test('numbers of things are written with their noun', () => {
  expect([count(1, 'document'), count(1234, 'document'), count(2, 'entry', 'entries')]).toEqual([
    '1 document',
    '1,234 documents',
    '2 entries',
  ]);
});

test('sizes have one digit after the point below ten, and none of bytes', () => {
  expect([0, 999, 1500, 46_000_000, 1_140_000_000].map(size)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.5 KB',
    '46 MB',
    '1.1 GB',
  ]);
});

test('durations have at most two units', () => {
  expect([-3, 0.4, 59.6, 75, 4000].map(duration)).toEqual([
    '0 s',
    '0 s',
    '1 min 0 s',
    '1 min 15 s',
    '1 h 6 min',
  ]);
});

test('a share is a whole percentage', () => {
  expect([0, 0.005, 0.994, 1].map(percent)).toEqual(['0 %', '1 %', '99 %', '100 %']);
});

test('a moment is told by its distance, and what is no moment by nothing', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  expect([before(20), before(90), before(3 * 3600), before(86_400), before(40 * 86_400)]).toEqual([
    'just now',
    '1 minute ago',
    '3 hours ago',
    'yesterday',
    'last month',
  ]);
  expect(ago('never', now)).toBe('');
});
