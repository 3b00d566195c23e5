import { expect, test } from 'vitest';
import { tokenOffsets } from '../../../engine/text/offsets.ts';
import { createTokenizer } from '../../../engine/text/tokenizer.ts';
import { premiseWindows } from '../../../engine/text/windows.ts';
import { definitionFrom, tinyWordPiece } from './tiny.ts';

const ids = (length: number) => Array.from({ length }, (_, index) => index);
const spans = (length: number, room: number, stride?: number) =>
  premiseWindows(ids(length), stride === undefined ? { room } : { room, stride }).map(({ start, end }) => [
    start,
    end,
  ]);

test('a premise that fits is one window, an empty one too', () => {
  expect([spans(8, 8), spans(0, 8)]).toEqual([[[0, 8]], [[0, 0]]]);
});

test('a longer premise becomes full windows that overlap by a quarter, the last at its end', () => {
  expect(spans(18, 8)).toEqual([
    [0, 8],
    [6, 14],
    [10, 18],
  ]);
});

test('every token is in a window, whatever length, room and stride', () => {
  for (let length = 1; length <= 40; length++) {
    for (let room = 1; room <= 9; room++) {
      for (let stride = 1; stride <= room; stride++) {
        const windows = premiseWindows(ids(length), { room, stride });
        expect([...new Set(windows.flatMap((window) => window.ids))]).toEqual(ids(length));
        expect(windows.every((window) => window.ids.length === Math.min(room, length))).toBe(true);
      }
    }
  }
});

test('windows without room, or with gaps, are refused', () => {
  for (const [room, stride] of [
    [0, 1],
    [4, 5],
    [4, 0],
    [4.5, 1],
    [Number.NaN, 1],
  ] as const) {
    expect(() => premiseWindows(ids(20), { room, stride })).toThrow(
      expect.objectContaining({ code: 'window_invalid' }),
    );
  }
});

test('a window knows its passage', () => {
  const tokenizer = createTokenizer(definitionFrom(tinyWordPiece));
  const text = 'A cats  sat.\nThe cat [MASK] sat ';
  const premise = tokenizer.encodePremiseIds(text);
  const offsets = tokenOffsets(text, premise, tokenizer.encodePremiseIds);
  const passages = premiseWindows(premise, { room: 5, stride: 5, offsets }).map(({ characters }) =>
    characters === undefined ? null : text.slice(characters.start, characters.end),
  );
  expect(passages).toEqual(
    ['A cats  sat.', 'The cat [MASK] sat'].map((passage, index) =>
      index === 1 ? 'sat.\nThe cat [MASK] sat' : passage,
    ),
  );
});

test('where words do not add up to the text, there are no places', () => {
  expect(tokenOffsets('a b', [1, 2], (text) => (text === 'a b' ? [1, 2] : [3]))).toEqual({
    start: new Int32Array([0, 0]),
    end: new Int32Array([3, 3]),
  });
  expect(tokenOffsets('a b c d e f', [1, 2], () => [3])).toBeNull();
});
