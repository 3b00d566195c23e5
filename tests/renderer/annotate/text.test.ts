import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, namedWords, piecesOf } from '../../../renderer/src/annotate/text.ts';

describe('a text in blocks', () => {
  it('loses nothing but the line breaks at its cuts, and keeps blocks small', () => {
    const letters = fc.constantFrom('a', ' ', '\n', '😀', 'ü', 'long'.repeat(300));
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        let at = 0;
        for (const block of blocksOf(text)) {
          expect(text.slice(at, block.start)).toMatch(/^\n?$/);
          expect(text.slice(block.start, block.start + block.text.length)).toBe(block.text);
          expect(block.text.length).toBeLessThanOrEqual(2001);
          at = block.start + block.text.length;
        }
        expect(text.slice(at)).toMatch(/^\n?$/);
      }),
    );
  });

  it('84: cuts a word of 5 MB and never a character of two units', () => {
    const blocks = blocksOf(`a${'😀'.repeat(2_500_000)}`);
    expect(blocks.length).toBeGreaterThan(2000);
    expect(blocks.every(({ text }) => text.isWellFormed())).toBe(true);
  });

  it('cuts only a window when asked to', () => {
    const text = 'line\n'.repeat(100_000);
    const blocks = blocksOf(text, 0, 10_000);
    expect(blocks.at(-1)!.start).toBeLessThan(10_000);
    expect(blocks.length).toBeLessThan(10);
  });
});

describe('a block in pieces', () => {
  const block = { start: 10, text: 'the price is high' };

  it('marks the passage and weighs its words, cut to the block', () => {
    const pieces = piecesOf(block, { start: 0, end: 19 }, [{ start: 14, end: 19, weight: 0.8 }]);
    expect(pieces).toEqual([
      { start: 10, text: 'the ', passage: true, weight: null },
      { start: 14, text: 'price', passage: true, weight: 0.8 },
      { start: 19, text: ' is high', passage: false, weight: null },
    ]);
  });

  it('is one piece where nothing is marked', () => {
    expect(piecesOf(block, null)).toEqual([{ start: 10, text: block.text, passage: false, weight: null }]);
  });
});

it('words that speak for and against a label are named, the strongest first and each once', () => {
  const text = 'late, late and cheap but nice';
  const words = [
    { start: 0, end: 5, weight: 0.6 },
    { start: 6, end: 10, weight: 1 },
    { start: 15, end: 20, weight: -0.5 },
    { start: 25, end: 29, weight: 0.1 },
  ];
  expect(namedWords(text, words)).toBe('Words for it: late. Words against it: cheap.');
  expect(namedWords(text, [])).toBe('');
});
