import fc from 'fast-check';
import { expect, test } from 'vitest';
import { negativeCount } from '../../../engine/nli/negatives.ts';
import { type AnnotatedDocument, pairsFromAnnotations } from '../../../engine/nli/pairs.ts';
import { createRandom } from '../../../engine/random.ts';
import { annotated, collections, hypothesesFor, ratios } from './annotated.ts';

const all = Number.POSITIVE_INFINITY;

/** Pairs as 'document:label' with + for entailment and - for contradiction. */
function signs(
  documents: readonly AnnotatedDocument[],
  labels: number,
  negativesPerPositive = all,
  seed = 1,
) {
  return pairsFromAnnotations({
    documents,
    hypotheses: hypothesesFor(labels),
    negativesPerPositive,
    random: createRandom(seed),
  }).map(({ documentId, label, target }) => `${documentId}:${label}${target === 'entailment' ? '+' : '-'}`);
}

test('a yes is an entailment, a no a contradiction, the rest nothing; labels in order', () => {
  expect(signs([annotated('a', 'yn?-y'), annotated('b', '-n')], 5)).toEqual(['a:0+', 'a:1-', 'a:4+', 'b:1-']);
});

test('a pair holds the document, its text, the label and the sentence, one for every sentence', () => {
  const pairs = pairsFromAnnotations({
    documents: [{ id: 7, text: 'It came late.', decisions: new Map([[1, 'yes']]) }],
    hypotheses: [['About price.'], ['About shipping.', 'It is on time.']],
    negativesPerPositive: 1,
    random: createRandom(1),
  });
  const shared = { documentId: 7, premise: 'It came late.', label: 1, target: 'entailment' };
  expect(pairs).toEqual([
    { ...shared, hypothesis: 'About shipping.' },
    { ...shared, hypothesis: 'It is on time.' },
  ]);
});

test('"none apply" gives a contradiction for every label, whatever the ratio', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), ratios, (labels, ratio) => {
      expect(signs([annotated('a', 'n'.repeat(labels))], labels, ratio)).toEqual(
        Array.from({ length: labels }, (_, label) => `a:${label}-`),
      );
    }),
    { seed: 1 },
  );
});

test('what is undecided gives no pair', () => {
  fc.assert(
    fc.property(collections, ratios, ({ documents, labels }, ratio) => {
      const byId = new Map(documents.map((document) => [document.id, document.decisions]));
      const pairs = pairsFromAnnotations({
        documents,
        hypotheses: hypothesesFor(labels),
        negativesPerPositive: ratio,
        random: createRandom(1),
      });
      for (const { documentId, label, target } of pairs) {
        expect(byId.get(documentId)?.get(label)).toBe(target === 'entailment' ? 'yes' : 'no');
      }
      const unsaid = documents.map((document) => ({
        ...document,
        decisions: new Map([...document.decisions].filter(([, decision]) => decision !== 'undecided')),
      }));
      expect(signs(documents, labels, ratio)).toEqual(signs(unsaid, labels, ratio));
    }),
    { seed: 2 },
  );
});

test('documents where nothing is decided give no pair at all', () => {
  const documents = [annotated('a', '???'), annotated('b', '---'), annotated('c', '')];
  expect(signs(documents, 3)).toEqual([]);
});

test('every yes is there, with every sentence', () => {
  fc.assert(
    fc.property(
      collections,
      ratios,
      fc.integer({ min: 1, max: 3 }),
      ({ documents, labels }, ratio, templates) => {
        const pairs = pairsFromAnnotations({
          documents,
          hypotheses: hypothesesFor(labels, templates),
          negativesPerPositive: ratio,
          random: createRandom(1),
        });
        const accepted = documents.flatMap(({ decisions }) =>
          [...decisions.values()].filter((decision) => decision === 'yes'),
        );
        const entailed = pairs.filter(({ target }) => target === 'entailment');
        expect(entailed).toHaveLength(accepted.length * templates);
        const distinct = new Set(pairs.map(({ documentId, hypothesis }) => `${documentId} ${hypothesis}`));
        expect(distinct.size).toBe(pairs.length);
      },
    ),
    { seed: 3 },
  );
});

test('the count is the number of pairs', () => {
  fc.assert(
    fc.property(
      collections,
      ratios,
      fc.integer({ min: 0, max: 3 }),
      fc.nat(),
      ({ documents, labels }, negativesPerPositive, templates, seed) => {
        const pairs = pairsFromAnnotations({
          documents,
          hypotheses: hypothesesFor(labels, templates),
          negativesPerPositive,
          random: createRandom(seed),
        });
        const expected = documents.reduce((sum, { decisions }) => {
          const values = [...decisions.values()];
          const yes = values.filter((value) => value === 'yes').length;
          const no = values.filter((value) => value === 'no').length;
          return sum + (yes + negativeCount(yes, no, negativesPerPositive)) * templates;
        }, 0);
        expect(pairs.length).toBe(expected);
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

test('negatives per document are the ratio times its positives, rounded up', () => {
  const negatives = (ratio: number) =>
    signs([annotated('a', 'ynynnnn')], 7, ratio).filter((sign) => sign.endsWith('-')).length;
  expect([0, 0.5, 0.75, 1, 2, 2.25, 3, all].map(negatives)).toEqual([0, 1, 2, 2, 4, 5, 5, 5]);
});

test('with scores the negatives are those the model believes in, per document', () => {
  const documents = [annotated('a', 'ynnnn'), annotated('b', 'ynnnn')];
  const pairs = pairsFromAnnotations({
    documents,
    hypotheses: hypothesesFor(5),
    negativesPerPositive: 2,
    random: createRandom(1),
    scores: [
      [1, 0.1, 0.9, 0.2, 0.8],
      [1, 0.7, 0.1, 0.6, 0.2],
    ],
  });
  const negatives = pairs.filter(({ target }) => target === 'contradiction');
  expect(negatives.map(({ documentId, label }) => [documentId, label])).toEqual([
    ['a', 2],
    ['a', 4],
    ['b', 1],
    ['b', 3],
  ]);
});

test('the same random source gives the same pairs, another other negatives', () => {
  const documents = Array.from({ length: 20 }, (_, index) => annotated(`d${index}`, 'ynnnnnn'));
  expect(signs(documents, 7, 1, 1)).toEqual(signs(documents, 7, 1, 1));
  expect(signs(documents, 7, 1, 1)).not.toEqual(signs(documents, 7, 1, 2));
});

test('a ratio that is none is refused', () => {
  for (const negativesPerPositive of [-1, Number.NaN]) {
    const refused = expect.objectContaining({ code: 'negatives_invalid' });
    expect(() => signs([annotated('a', 'y')], 1, negativesPerPositive)).toThrow(refused);
  }
});

test('a decision about a label that is not there is a broken invariant', () => {
  expect(() => signs([annotated('a', '-y')], 1)).toThrow('label 1 is one of 1');
});
