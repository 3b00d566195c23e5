import { expect, test } from 'vitest';
import type { Label } from '../../contract/index.ts';
import { linePath } from '../../renderer/src/curve.ts';
import { actionFor, keysFor } from '../../renderer/src/keys.ts';
import { piecesOf } from '../../renderer/src/passages.ts';

const label = (id: number, name: string, key: string | null = null): Label => ({
  id,
  name,
  key,
  description: '',
  guidelines: '',
  color: '#000000',
  hypotheses: [],
});
const press = (key: string, more: Partial<Parameters<typeof actionFor>[0]> = {}) => ({
  key,
  code: '',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

test('keys never collide, and none triggers something else', () => {
  const labels = Array.from({ length: 60 }, (_, i) => label(i + 1, `label ${i}`, i === 5 ? 's' : null));
  const keys = keysFor(labels);
  const given = [...keys.values()];
  expect(new Set(given).size).toBe(given.length);
  for (const key of ['Enter', '0', 's', 'u', 'r', 'f', '/', '?']) expect(given).not.toContain(key);
  expect(keys.get(1)).toBe('1');
});

test('a key says yes, with Shift no; digits by their place on the keyboard', () => {
  const keys = keysFor([label(1, 'price')]);
  expect(actionFor(press('1', { code: 'Digit1' }), keys)).toEqual({
    kind: 'toggle',
    labelId: 1,
    value: 'yes',
  });
  expect(actionFor(press('!', { code: 'Digit1', shiftKey: true }), keys)).toEqual({
    kind: 'toggle',
    labelId: 1,
    value: 'no',
  });
  expect(actionFor(press('Enter'), keys)).toEqual({ kind: 'accept' });
  expect(actionFor(press('z', { ctrlKey: true }), keys)).toEqual({ kind: 'undo' });
  expect(actionFor(press('Z', { ctrlKey: true, shiftKey: true }), keys)).toEqual({ kind: 'redo' });
  expect(actionFor(press('s', { ctrlKey: true }), keys)).toBeUndefined();
  expect(actionFor(press('?', { shiftKey: true }), keys)).toEqual({ kind: 'help' });
});

test('passages of suggested labels are marked, overlapping ones once', () => {
  const own = (start: number, end: number, probability = 0.9) => ({
    labelId: 1,
    value: 'undecided' as const,
    probability,
    threshold: 0.5,
    passage: { start, end },
  });
  const text = '0123456789';
  expect(piecesOf({ text, labels: [own(2, 5), own(4, 7), own(8, 9, 0.1)] })).toEqual([
    { text: '01', marked: false },
    { text: '234', marked: true },
    { text: '56', marked: true },
    { text: '789', marked: false },
  ]);
  expect(piecesOf({ text, labels: [] })).toEqual([{ text, marked: false }]);
});

test('a curve has a point per value and stays within its frame', () => {
  expect(linePath([2, 1], 100, 50)).toBe('M0.0,4.0L100.0,27.0');
});
