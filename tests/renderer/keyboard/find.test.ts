import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesFor } from '../../../renderer/src/keyboard/codes.ts';
import { found } from '../../../renderer/src/keyboard/find.ts';

const findables = (names: readonly string[]) => {
  const labels = names.map((name, i) => ({ id: i + 1, name }));
  const codes = codesFor(labels);
  return labels.map((label) => ({ ...label, code: codes.get(label.id), probability: null }));
};

describe('a code that was given to a label', () => {
  it('finds it before those that begin so', () => {
    const given = [{ name: 'bus' }, { name: 'report', key: 'bu' }].map((own, i) => ({
      key: null,
      ...own,
      id: i + 1,
    }));
    const codes = codesFor(given);
    const labels = given.map((own) => ({ ...own, code: codes.get(own.id), probability: null }));
    expect(found(labels, 'bu').map(({ id }) => id)).toEqual([2, 1]);
  });
});

describe('finding a label by typing', () => {
  it('takes at most four presses, opening and Enter included, for any 200 labels', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 200 }), (names) => {
        const labels = findables(names);
        for (const label of labels) {
          const typed = label.code ?? '';
          expect(typed).toMatch(/^[a-z0-9]{2}$/);
          expect(['/', ...typed, 'Enter'].length).toBeLessThanOrEqual(4);
          expect(found(labels, typed)[0]).toBe(label);
        }
      }),
    );
  });

  it('has a code for each of 1,000 labels with names alike', () => {
    const labels = findables(Array.from({ length: 1000 }, (_, i) => `topic ${i}`));
    expect(new Set(labels.map(({ code }) => code)).size).toBe(1000);
  });

  it('takes the first letters of a name as its code where they are free', () => {
    expect(findables(['Sports', 'Spam', 'Élan', '日本']).map(({ code }) => code)).toEqual([
      'sp',
      'sa',
      'el',
      'aa',
    ]);
  });

  it('puts starts before words before parts before scattered letters', () => {
    const names = ['big price', 'enterprise', 'price', 'p r i c e y'];
    const labels = names.map((name, id) => ({ id, name, code: undefined, probability: null }));
    expect(found(labels, 'pri').map(({ name }) => name)).toEqual([
      'price',
      'big price',
      'enterprise',
      'p r i c e y',
    ]);
  });

  it('puts the likelier first among equals, and ignores case and accents', () => {
    const labels = [
      { id: 1, name: 'Café A', code: undefined, probability: 0.1 },
      { id: 2, name: 'cafe b', code: undefined, probability: 0.9 },
    ];
    expect(found(labels, 'CAFÉ').map(({ id }) => id)).toEqual([2, 1]);
  });
});
