import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classCount, findClasses } from '../../../engine/nli/classes.ts';

const named = (...names: string[]) => Object.fromEntries(names.map((name, index) => [String(index), name]));
const find = (...names: string[]) => findClasses(named(...names), names.length);
const unmapped = (reason: string) =>
  expect.objectContaining({
    code: 'labels_unmapped',
    message: `The model's classes are unclear: ${reason}.`,
    hint: { code: 'name_classes' },
  });

test('three classes are found in every order', () => {
  expect([
    find('entailment', 'neutral', 'contradiction'),
    find('contradiction', 'neutral', 'entailment'),
    find('contradiction', 'entailment', 'neutral'),
    find('neutral', 'contradiction', 'entailment'),
  ]).toEqual([
    { kind: 'three', entailment: 0, neutral: 1, contradiction: 2 },
    { kind: 'three', entailment: 2, neutral: 1, contradiction: 0 },
    { kind: 'three', entailment: 1, neutral: 2, contradiction: 0 },
    { kind: 'three', entailment: 2, neutral: 0, contradiction: 1 },
  ]);
});

test('with two classes the other one is not_entailment or contradiction', () => {
  expect([find('entailment', 'not_entailment'), find('contradiction', 'entailment')]).toEqual([
    { kind: 'two', entailment: 0, contradiction: 1 },
    { kind: 'two', entailment: 1, contradiction: 0 },
  ]);
});

test('case, spaces, punctuation and usual spellings do not matter', () => {
  const spelled = [
    find('ENTAILMENT', 'Neutral', 'CONTRADICTION'),
    find(' entails ', 'neutrality', 'contradicts'),
    find('Entailed', 'NEUTRAL', 'contradictory'),
  ];
  expect(spelled).toEqual(spelled.map(() => find('entailment', 'neutral', 'contradiction')));
  const two = ['NOT_ENTAILMENT', 'not-entailment', 'Not Entailment', 'nonEntailment', 'non-entailment'];
  expect(two.map((name) => find('entailment', name))).toEqual(
    two.map(() => ({ kind: 'two', entailment: 0, contradiction: 1 })),
  );
});

test('every order, case and filling of the names gives the class at its place', () => {
  const orders = fc.shuffledSubarray(['entailment', 'neutral', 'contradiction'], { minLength: 3 });
  const fillers = fc.array(fc.constantFrom(' ', '_', '-', '.'), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(orders, fillers, fc.boolean(), (order, filler, upper) => {
      const names = order.map((name, index) => `${filler[index]}${upper ? name.toUpperCase() : name}`);
      expect(find(...names)).toEqual({
        kind: 'three',
        entailment: order.indexOf('entailment'),
        neutral: order.indexOf('neutral'),
        contradiction: order.indexOf('contradiction'),
      });
    }),
    { seed: 1 },
  );
});

test('names that do not tell are refused, and the reason says why', () => {
  const cases: [string[], string][] = [
    [['LABEL_0', 'LABEL_1', 'LABEL_2'], 'the name "LABEL_0" of class 0 does not say which it is'],
    [['entailment', 'neutral', 'Entails'], 'classes 0 and 2 have the same name'],
    [['contradiction', 'neutral'], 'none of its classes is named entailment'],
    [['entailment', 'neutral'], 'its second class is neither not_entailment nor contradiction'],
    [
      ['entailment', 'contradiction', 'not_entailment'],
      'its three classes are not entailment, neutral and contradiction',
    ],
    [['entailment'], 'it has 1 outputs where an NLI model has 2 or 3'],
    [['entailment', 'neutral', 'contradiction', 'other'], 'it has 4 outputs where an NLI model has 2 or 3'],
  ];
  for (const [names, reason] of cases) expect(() => find(...names)).toThrow(unmapped(reason));
});

test('a config that does not fit the outputs is refused', () => {
  expect(() => findClasses(named('entailment', 'contradiction'), 3)).toThrow(
    unmapped('its config names 2 classes and it has 3 outputs'),
  );
  expect(() => findClasses({}, 2)).toThrow(unmapped('its config names 0 classes and it has 2 outputs'));
  expect(() => findClasses({ 1: 'entailment', 2: 'contradiction' }, 2)).toThrow(
    unmapped('its config has no name for class 0'),
  );
  expect(() => findClasses({ a: 'entailment', toString: 'contradiction' }, 2)).toThrow(
    unmapped('its config has no name for class 0'),
  );
});

test('what the user says makes the names irrelevant', () => {
  const nameless = named('LABEL_0', 'LABEL_1', 'LABEL_2');
  expect([
    findClasses(nameless, 3, { entailment: 2, contradiction: 0 }),
    findClasses(nameless, 3, { entailment: 0, contradiction: 1 }),
    findClasses({}, 2, { entailment: 1, contradiction: 0 }),
    findClasses(named('entailment', 'contradiction'), 2, { entailment: 1, contradiction: 0 }),
  ]).toEqual([
    { kind: 'three', entailment: 2, contradiction: 0, neutral: 1 },
    { kind: 'three', entailment: 0, contradiction: 1, neutral: 2 },
    { kind: 'two', entailment: 1, contradiction: 0 },
    { kind: 'two', entailment: 1, contradiction: 0 },
  ]);
});

test('an override that names no two outputs is refused', () => {
  for (const [entailment, contradiction] of [
    [0, 0],
    [0, 3],
    [-1, 0],
    [0.5, 1],
    [Number.NaN, 1],
  ] as const) {
    expect(() => findClasses({}, 3, { entailment, contradiction })).toThrow(
      unmapped(`${entailment} and ${contradiction} are not two different ones of its 3 outputs`),
    );
  }
});

test('the number of classes is that of the columns', () => {
  expect([classCount(find('entailment', 'not_entailment'))]).toEqual([2]);
  expect(classCount(find('entailment', 'neutral', 'contradiction'))).toBe(3);
});
