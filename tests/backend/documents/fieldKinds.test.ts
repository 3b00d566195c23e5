import { expect, test } from 'vitest';
import { dateOf, KindFinder, numberOf } from '../../../backend/documents/fieldKinds.ts';
import type { MetaValue } from '../../../backend/records.ts';

function kindOf(...values: MetaValue[]) {
  const finder = new KindFinder();
  for (const value of values) finder.add(value);
  return finder.kind;
}

test('numbers are what a program writes: codes, versions and telephone numbers stay texts', () => {
  expect(['0', '-12.5', '1000000', '0.001'].map(numberOf)).toEqual([0, -12.5, 1_000_000, 0.001]);
  for (const text of ['007', '1.10', '1e5', '+49', '1,5', '12345678901234567', '', ' 1', 'NaN'])
    expect(numberOf(text)).toBeNaN();
  expect(kindOf('1', 2, '3.5')).toBe('number');
  expect(kindOf('1', '007')).toBe('text');
});

test('dates are ISO or written with points, the day first; what no calendar has and what is ambiguous is none', () => {
  expect(dateOf('2026-01-05')).toBe(Date.UTC(2026, 0, 5));
  expect(dateOf('2026-01-05 13:30')).toBe(Date.UTC(2026, 0, 5, 13, 30));
  expect(dateOf('2026-01-05T13:30:00.250+02:00')).toBe(Date.UTC(2026, 0, 5, 11, 30, 0, 250));
  expect(dateOf('24.12.2025')).toBe(Date.UTC(2025, 11, 24));
  expect(dateOf('1.2.2025 09:05')).toBe(Date.UTC(2025, 1, 1, 9, 5));
  for (const text of ['2026-02-30', '2026-13-01', '31.4.2026', '01/02/2026', '2026-01-05 25:00', 'today'])
    expect(dateOf(text)).toBeNaN();
  expect(kindOf('2026-01-05', '24.12.2025')).toBe('date');
});

test('a field is what all of its values are; empty ones say nothing', () => {
  expect(kindOf(true, false)).toBe('yes/no');
  expect(kindOf('true', '', 'false')).toBe('yes/no');
  expect(kindOf('true', 'maybe')).toBe('text');
  expect(kindOf('yes', 'no')).toBe('text');
  expect(kindOf('', '4', '')).toBe('number');
  expect(kindOf('4', '2026-01-05')).toBe('text');
  expect(kindOf()).toBe('text');
  expect(kindOf('')).toBe('text');
});
