import { expect, test } from 'vitest';
import { interactions, labelTokens, type TokenVectors } from '../../../engine/zeroshot/lateInteraction.ts';

/** Tokens that tell their text: as many as it has words, each of two numbers; later words count more. */
function tokensOf(text: string): TokenVectors {
  const words = text.split(' ');
  return {
    vectors: Float32Array.from(words.flatMap((word) => [word.length, word.charCodeAt(0)])),
    weights: Float32Array.from(words, (_, i) => i + 1),
  };
}

const LABELS = [
  { name: 'price', description: 'what it costs', hypotheses: ['it is about money', 'it is dear'] },
  { name: 'colour', description: ' ', hypotheses: ['it has a colour'] },
];

test('tokens of a label share it: kinds of wordings alike, wordings of a kind alike, tokens by their weights', async () => {
  const asked: string[][] = [];
  const tokens = await labelTokens(LABELS, async (texts) => {
    asked.push(texts);
    return texts.map(tokensOf);
  });
  expect(asked).toEqual([
    ['price', 'what it costs', 'it is about money', 'it is dear', 'colour', 'it has a colour'],
  ]);
  expect(tokens.size).toBe(2);
  expect([...tokens.vectors.slice(0, 4)]).toEqual([5, 'p'.charCodeAt(0), 4, 'w'.charCodeAt(0)]);
  expect([...tokens.labelOf]).toEqual([...Array(11).fill(0), ...Array(5).fill(1)]);
  const shares = [
    ...[1 / 3, 1 / 18, 2 / 18, 3 / 18],
    ...[1 / 60, 2 / 60, 3 / 60, 4 / 60, 1 / 36, 2 / 36, 3 / 36],
    ...[1 / 2, 1 / 20, 2 / 20, 3 / 20, 4 / 20],
  ];
  shares.forEach((share, i) => {
    expect(tokens.shares[i]).toBeCloseTo(share, 6);
  });
});

test('a text is as much like a label as the label’s tokens are like what comes nearest in it', async () => {
  const tokens = await labelTokens(LABELS, async (texts) => texts.map(tokensOf));
  const best = Float32Array.from(tokens.shares, (_, i) => (i === 0 ? 0.9 : i < 11 ? 0.3 : -0.2));
  const [price, colour] = interactions(best, tokens);
  expect(price).toBeCloseTo(0.9 / 3 + (0.3 * 2) / 3, 6);
  expect(colour).toBeCloseTo(-0.2, 6);
  expect(() => interactions(best.slice(1), tokens)).toThrow('16 tokens');
});
