import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { splitDocuments } from '../../../engine/train/split.ts';

const split = (labels: readonly (readonly number[])[], heldOutShare: number, seed = 1) =>
  splitDocuments({ labels, heldOutShare, random: createRandom(seed) });

const documentsWith = (labels: readonly (readonly number[])[], part: readonly number[], label: number) =>
  part.filter((document) => labels[document]?.includes(label)).length;

const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const collections = fc.array(fc.uniqueArray(fc.nat({ max: 6 }), { maxLength: 4 }), { maxLength: 40 });

test('every document is in exactly one part, in order', () => {
  fc.assert(
    fc.property(collections, shares, fc.nat(), (labels, share, seed) => {
      const { train, heldOut } = split(labels, share, seed);
      const ascending = (one: number, other: number) => one - other;
      expect([...train, ...heldOut].sort(ascending)).toEqual([...labels.keys()]);
      expect(train).toEqual(train.toSorted(ascending));
      expect(heldOut).toEqual(heldOut.toSorted(ascending));
    }),
    { seed: 1 },
  );
});

test('two documents or more leave no part empty', () => {
  fc.assert(
    fc.property(collections, shares, fc.nat(), (labels, share, seed) => {
      fc.pre(labels.length > 1);
      const { train, heldOut } = split(labels, share, seed);
      expect(Math.min(train.length, heldOut.length)).toBeGreaterThan(0);
    }),
    { seed: 2 },
  );
  expect(split([[0], [0]], 0.01).heldOut).toHaveLength(1);
  expect(split([[0], [0]], 0.99).train).toHaveLength(1);
});

test('where documents have one label each, every label has its share to half a document', () => {
  const single = fc.array(
    fc.nat({ max: 4 }).map((label) => [label]),
    { minLength: 40, maxLength: 80 },
  );
  const some = fc.double({ min: 0.2, max: 0.8, noNaN: true });
  fc.assert(
    fc.property(single, some, fc.nat(), (labels, share, seed) => {
      const { heldOut } = split(labels, share, seed);
      for (let label = 0; label <= 4; label++) {
        const wanted = labels.filter(([own]) => own === label).length * share;
        expect(Math.abs(documentsWith(labels, heldOut, label) - wanted)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    }),
    { seed: 3 },
  );
});

test('a rare label is in both parts, where a shuffle would often miss it', () => {
  const labels = Array.from({ length: 100 }, (_, document) => (document < 5 ? [0, 1] : [1]));
  for (let seed = 0; seed < 50; seed++) {
    expect(documentsWith(labels, split(labels, 0.2, seed).heldOut, 0)).toBe(1);
  }
});

test('labels of real documents keep their shares, and so does the size', () => {
  const file = resolve(import.meta.dirname, '../../../resources/sample/train.jsonl');
  const rows = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = rows.map((row) => (JSON.parse(row) as { labels: string[] }).labels);
  const known = [...new Set(names.flat())];
  const labels = names.map((own) => own.map((name) => known.indexOf(name)));
  for (let seed = 0; seed < 10; seed++) {
    const { heldOut } = split(labels, 0.25, seed);
    expect(Math.abs(heldOut.length - labels.length * 0.25)).toBeLessThanOrEqual(3);
    for (const label of known.keys()) {
      const wanted = labels.filter((own) => own.includes(label)).length * 0.25;
      expect(Math.abs(documentsWith(labels, heldOut, label) - wanted)).toBeLessThanOrEqual(2);
    }
  }
});

test('documents without a label are split by the share too', () => {
  const labels = Array.from({ length: 50 }, () => []);
  expect(split(labels, 0.2).heldOut).toHaveLength(10);
});

test('a label named twice counts once, and label numbers may have gaps', () => {
  const labels = Array.from({ length: 20 }, () => [900, 900, 7]);
  expect(split(labels, 0.25)).toEqual(
    split(
      labels.map(() => [900, 7]),
      0.25,
    ),
  );
  expect(split(labels, 0.25).heldOut).toHaveLength(5);
});

test('the same random source gives the same split, another another', () => {
  const labels = Array.from({ length: 40 }, (_, document) => [document % 3, 3 + (document % 2)]);
  expect(split(labels, 0.3, 1)).toEqual(split(labels, 0.3, 1));
  expect(split(labels, 0.3, 1)).not.toEqual(split(labels, 0.3, 2));
});

test('every document can be held out', () => {
  const labels = Array.from({ length: 12 }, (_, document) => [document % 2]);
  const seen = new Set(Array.from({ length: 60 }, (_, seed) => split(labels, 0.25, seed).heldOut).flat());
  expect(seen.size).toBe(12);
});

test('no documents, or one, do not fail', () => {
  expect(split([], 0.2)).toEqual({ train: [], heldOut: [] });
  const { train, heldOut } = split([[0]], 0.2);
  expect([...train, ...heldOut]).toEqual([0]);
});

test('a share that leaves a part empty, or is none, is refused', () => {
  for (const share of [0, 1, -0.2, 1.2, Number.NaN]) {
    expect(() => split([[0], [1]], share)).toThrow(expect.objectContaining({ code: 'split_invalid' }));
  }
});

test('where both parts want a document alike, chance decides', () => {
  const heldOut = Array.from({ length: 100 }, (_, seed) => split([[0]], 0.5, seed).heldOut.length);
  const share = heldOut.filter((length) => length === 1).length / 100;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.2);
});
