import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIGURES } from '../../../engine/evaluate/figures/all.ts';
import { evaluate, type Metrics } from '../../../engine/evaluate/metrics.ts';
import {
  decided,
  gold,
  type JudgedCase,
  judgedCases,
  labelNames,
  onlyDocuments,
  onlyLabels,
  scores,
  table,
  thresholds,
  undecidedChanged,
} from './judged.ts';

const close = (value: number) => expect.closeTo(value, 10);
const prf = (precision: number, recall: number, f1: number) => ({
  precision: close(precision),
  recall: close(recall),
  f1: close(f1),
});

const evaluateCase = ({ labels, ...judged }: JudgedCase, threshold = 0.5): Metrics =>
  evaluate({
    ...judged,
    labelNames: Array.from({ length: labels }, (_, label) => `label ${label}`),
    thresholds: new Float64Array(labels).fill(threshold),
  });

const averages = ({ labels: _, ...rest }: Metrics) => rest;
const shares = ({ labels: _, labelsLeftOut: __, ...rest }: Metrics) => rest;

/*
 * Kappas: sklearn.metrics.cohen_kappa_score, by hand from the tables of two by two.
 *
 * Python, with gold, scores (float32) and t = thresholds of judged.ts as NumPy arrays, scikit-learn 1.9.1:
 *
 * pred = (scores >= t).astype(int)
 * for a in ['macro', 'micro', 'weighted', 'samples', None]:
 *     print(a, precision_recall_fscore_support(gold, pred, average=a, zero_division=0))
 * print(accuracy_score(gold, pred), hamming_loss(gold, pred))
 * print(average_precision_score(gold, scores, average=None), average_precision_score(gold, scores))
 */
test('all metrics are those of scikit-learn', () => {
  expect(evaluate({ gold, scores, thresholds, labelNames })).toEqual({
    // scikit-learn's macro averages of a, b and c: d has no yes.
    macro: prf(0.783333333333, 0.805555555556, 0.766666666667),
    labelsLeftOut: 1,
    micro: prf(0.727272727273, 0.8, 0.761904761905),
    weighted: prf(0.78, 0.8, 0.765),
    samples: prf(0.458333333333, 0.5, 0.475),
    subsetAccuracy: 0.625,
    hammingLoss: 0.15625,
    figures: expect.objectContaining({ subsetAccuracy: 0.625, hammingLoss: 0.15625 }),
    meanAveragePrecision: close(0.8625),
    labels: [
      {
        name: 'a',
        support: 4,
        negatives: 4,
        threshold: 0.5,
        averagePrecision: close(0.854166666667),
        kappa: close(0.5),
        ...prf(0.75, 0.75, 0.75),
      },
      {
        name: 'b',
        support: 3,
        negatives: 5,
        threshold: 0.5,
        averagePrecision: close(0.866666666667),
        kappa: close(0.714285714286),
        ...prf(1, 0.666666666667, 0.8),
      },
      {
        name: 'c',
        support: 3,
        negatives: 5,
        threshold: 0.25,
        averagePrecision: close(0.866666666667),
        kappa: close(0.529411764706),
        ...prf(0.6, 1, 0.75),
      },
      {
        name: 'd',
        support: 0,
        negatives: 8,
        threshold: 0.75,
        averagePrecision: 0,
        kappa: 0,
        ...prf(0, 0, 0),
      },
    ],
  });
});

/*
 * As above, with m = decided of judged.ts as booleans; b = dict(average='binary', zero_division=0):
 *
 * labels = [prf(gold[m[:, j], j], pred[m[:, j], j], **b)[:3] for j in range(3)]
 * ap = [average_precision_score(gold[m[:, j], j], scores[m[:, j], j]) for j in range(3)]
 * print(labels, ap, np.mean(labels, 0), np.average(labels, 0, weights=[2, 2, 3]), np.mean(ap))
 * print(prf(gold[m], pred[m], **b), zero_one_loss(gold[m], pred[m]))
 * rows = [i for i in range(8) if m[i].any()]
 * print(np.mean([prf(gold[i, m[i]], pred[i, m[i]], **b)[:3] for i in rows], 0))
 * print(np.mean([(gold[i, m[i]] == pred[i, m[i]]).all() for i in rows]))
 */
test('with undecided cells they are those of scikit-learn on what is decided', () => {
  expect(evaluate({ gold, decided, scores, thresholds, labelNames })).toEqual({
    macro: prf(0.805555555556, 0.833333333333, 0.774603174603),
    labelsLeftOut: 1,
    micro: prf(0.75, 0.857142857143, 0.8),
    weighted: prf(0.797619047619, 0.857142857143, 0.786394557823),
    samples: prf(0.5, 0.571428571429, 0.52380952381),
    subsetAccuracy: close(5 / 7),
    hammingLoss: close(3 / 14),
    figures: expect.objectContaining({ subsetAccuracy: close(5 / 7), hammingLoss: close(3 / 14) }),
    meanAveragePrecision: close(0.916666666667),
    labels: [
      {
        name: 'a',
        support: 2,
        negatives: 4,
        threshold: 0.5,
        averagePrecision: close(0.833333333333),
        kappa: close(0.666666666667),
        ...prf(0.666666666667, 1, 0.8),
      },
      {
        name: 'b',
        support: 2,
        negatives: 2,
        threshold: 0.5,
        averagePrecision: close(1),
        kappa: close(0.5),
        ...prf(1, 0.5, 0.666666666667),
      },
      {
        name: 'c',
        support: 3,
        negatives: 1,
        threshold: 0.25,
        averagePrecision: close(0.916666666667),
        kappa: close(0),
        ...prf(0.75, 1, 0.857142857143),
      },
      {
        name: 'd',
        support: 0,
        negatives: 0,
        threshold: 0.75,
        averagePrecision: 0,
        kappa: 0,
        ...prf(0, 0, 0),
      },
    ],
  });
});

test('what is undecided changes no metric, whatever stands there', () => {
  fc.assert(
    fc.property(judgedCases, (judged) => {
      expect(evaluateCase(undecidedChanged(judged))).toEqual(evaluateCase(judged));
    }),
    { seed: 1 },
  );
});

test('a document without a decision might as well not be there', () => {
  fc.assert(
    fc.property(judgedCases, (judged) => {
      const kept = onlyDocuments(judged, (document) => judged.decided[document]?.includes(1) === true);
      expect(evaluateCase(kept)).toEqual(evaluateCase(judged));
    }),
    { seed: 2 },
  );
});

test('a label without a decision is in no average', () => {
  fc.assert(
    fc.property(judgedCases, (judged) => {
      const labels = Array.from({ length: judged.labels }, (_, label) => label);
      const kept = labels.filter((label) => judged.decided.some((row) => row[label] === 1));
      expect(shares(evaluateCase(onlyLabels(judged, kept)))).toEqual(shares(evaluateCase(judged)));
    }),
    { seed: 3 },
  );
});

test('a label that everything or nothing has is in no macro average, and counted as left out', () => {
  const judged = {
    gold: table([
      [1, 1, 0],
      [1, 0, 0],
    ]),
    scores: [Float32Array.of(0.9, 0.2, 0.1), Float32Array.of(0.9, 0.1, 0.1)],
  };
  const { macro, labelsLeftOut } = evaluate({
    ...judged,
    labelNames: ['all', 'some', 'none'],
    thresholds: [0.5, 0.5, 0.5],
  });
  expect({ macro, labelsLeftOut }).toEqual({ macro: prf(0, 0, 0), labelsLeftOut: 2 });
});

test("a document's own thresholds decide where they are given", () => {
  const judged = { gold: table([[1], [0]]), scores: [Float32Array.of(0.4), Float32Array.of(0.4)] };
  const { micro } = evaluate({
    ...judged,
    labelNames: ['a'],
    thresholds: [0.5],
    documentThresholds: [[0.3], [0.5]],
  });
  expect(micro).toEqual(prf(1, 1, 1));
});

test('a full mask is the same as none', () => {
  fc.assert(
    fc.property(judgedCases, ({ decided: masks, ...judged }) => {
      const full = masks.map((row) => new Uint8Array(row.length).fill(1));
      const { labels, ...tables } = judged;
      const names = Array.from({ length: labels }, (_, label) => `label ${label}`);
      const withoutMask = evaluate({
        ...tables,
        labelNames: names,
        thresholds: new Float64Array(labels).fill(0.5),
      });
      expect(withoutMask).toEqual(evaluateCase({ ...judged, decided: full }));
    }),
    { seed: 4 },
  );
});

test('every number is finite and between 0 and 1, whatever is decided', () => {
  fc.assert(
    fc.property(judgedCases, fc.double({ min: 0, max: 1, noNaN: true }), (judged, threshold) => {
      const {
        labels,
        macro,
        micro,
        weighted,
        samples,
        labelsLeftOut: _,
        figures: own,
        ...numbers
      } = evaluateCase(judged, threshold);
      const figures = [
        ...[macro, micro, weighted, samples].flatMap((scored) => Object.values(scored)),
        ...Object.values(numbers),
        ...labels.flatMap(({ precision, recall, f1, averagePrecision }) => [
          precision,
          recall,
          f1,
          averagePrecision,
        ]),
        ...labels.map(({ kappa }) => (kappa + 1) / 2),
        // A count is at most that of labels.
        ...FIGURES.map(({ name, unit }) => (own[name] ?? -1) / (unit === 'share' ? 1 : judged.labels)),
      ];
      // A sum of ninths may end an ulp above 1.
      expect(figures.every((share) => share >= 0 && share <= 1 + 1e-12)).toBe(true);
    }),
    { seed: 5 },
  );
});

test('a model that is right everywhere has full marks, one that is wrong everywhere none', () => {
  const right = gold.map((row) => Float32Array.from(row));
  const wrong = gold.map((row) => Float32Array.from(row, (value) => 1 - value));
  const names = ['a', 'b', 'c'];
  const three = (rows: readonly Uint8Array[]) => rows.map((row) => row.slice(0, 3));
  const marks = (table: Float32Array[]) => {
    const { micro, macro, subsetAccuracy, hammingLoss, meanAveragePrecision } = evaluate({
      gold: three(gold),
      scores: table.map((row) => row.slice(0, 3)),
      labelNames: names,
      thresholds: [0.5, 0.5, 0.5],
    });
    return { micro: micro.f1, macro: macro.f1, subsetAccuracy, hammingLoss, meanAveragePrecision };
  };
  expect(marks(right)).toEqual({
    micro: 1,
    macro: 1,
    subsetAccuracy: 1,
    hammingLoss: 0,
    meanAveragePrecision: 1,
  });
  const { meanAveragePrecision, ...others } = marks(wrong);
  expect(others).toEqual({ micro: 0, macro: 0, subsetAccuracy: 0, hammingLoss: 1 });
  expect(meanAveragePrecision).toBeLessThan(0.5);
});

test('nothing judged gives zeros', () => {
  const empty = evaluate({ gold: [], scores: [], labelNames: ['a'], thresholds: [0.5] });
  expect(averages(empty)).toEqual({
    macro: prf(0, 0, 0),
    labelsLeftOut: 1,
    micro: prf(0, 0, 0),
    weighted: prf(0, 0, 0),
    samples: prf(0, 0, 0),
    subsetAccuracy: 0,
    hammingLoss: 0,
    figures: Object.fromEntries(FIGURES.map(({ name }) => [name, 0])),
    meanAveragePrecision: 0,
  });
});

test('a decided score that is not a number is refused, with its place', () => {
  const broken = scores.map((row) => row.slice());
  (broken[2] as Float32Array)[1] = Number.NaN;
  expect(() => evaluate({ gold, scores: broken, thresholds, labelNames })).toThrow(
    expect.objectContaining({
      code: 'scores_invalid',
      message: 'The score of label 1 in document 2 is not a number.',
    }),
  );
});

test('tables that do not fit together are a broken invariant', () => {
  const fine = { gold, scores, thresholds, labelNames };
  const broken = [
    { ...fine, scores: scores.slice(1) },
    { ...fine, scores: scores.map((row) => row.slice(1)) },
    { ...fine, decided: decided.slice(1) },
    { ...fine, decided: decided.map((row) => row.slice(1)) },
    { ...fine, thresholds: [0.5] },
    { ...fine, labelNames: ['a', 'b', 'c'], thresholds: [0.5, 0.5, 0.5] },
  ];
  for (const input of broken) expect(() => evaluate(input)).toThrow('Broken invariant');
});
