import { expect, test } from 'vitest';
import { embeddingSpace, type HeadEvidence, type LabelAnswers } from '../../../engine/head/evidence.ts';
import { suggestionThreshold } from '../../../engine/head/expectedF1.ts';
import { fitHeads, headOdds } from '../../../engine/head/heads.ts';
import { createHeadLearner, type HeadTables, joinParts } from '../../../engine/head/learner.ts';
import { labelPrototypes } from '../../../engine/head/prototypes.ts';
import { logistic } from '../../../engine/nli/probability.ts';
import { createRandom } from '../../../engine/random.ts';

const LABELS = 2;
const DIMENSIONS = 6;

function made(documents: number) {
  const random = createRandom(3);
  const gold = Uint8Array.from({ length: documents * LABELS }, () => (random.uniform() < 0.4 ? 1 : 0));
  const odds = () => Float32Array.from(gold, (yes) => (yes ? 1 : -1) + 2 * random.normal());
  const embeddings = Float32Array.from({ length: documents * DIMENSIONS }, (_, i) => {
    const dimension = i % DIMENSIONS;
    const own = gold[((i - dimension) / DIMENSIONS) * LABELS + dimension];
    return 0.3 * random.normal() + (dimension < LABELS && own === 1 ? 1 : 0);
  });
  const evidence: HeadEvidence = {
    labels: LABELS,
    dimensions: DIMENSIONS,
    suggested: odds(),
    entailed: odds(),
    embeddings,
  };
  const answersOf = (known: readonly number[]): LabelAnswers[] =>
    Array.from({ length: LABELS }, (_, label) => ({
      documents: known,
      answers: known.map((document) => gold[document * LABELS + label]!),
    }));
  return { evidence, answersOf };
}

/** The same with embeddings as 8-bit numbers, in an order of their own. */
function asTables({ labels, dimensions, suggested, entailed, embeddings }: HeadEvidence): HeadTables {
  const documents = suggested.length / labels;
  const rowOf = Int32Array.from({ length: documents }, (_, i) => documents - 1 - i);
  const values = new Int8Array(documents * dimensions);
  const scales = new Float32Array(documents);
  for (let document = 0; document < documents; document++) {
    const own = embeddings.subarray(document * dimensions, (document + 1) * dimensions);
    const row = rowOf[document]!;
    scales[row] = Math.max(...own.map(Math.abs)) / 127;
    values.set(
      own.map((x) => Math.round(x / scales[row]!)),
      row * dimensions,
    );
  }
  return {
    labels,
    documents,
    suggested,
    entailed,
    embeddings: { dimensions, values, scales, rowOf },
    trained: null,
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const largest = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((most, x, i) => Math.max(most, Math.abs(x - other[i]!)), 0);

test('what is learnt is what the heads say, but for the rounding of embeddings', () => {
  const { evidence, answersOf } = made(1500);
  const known = answersOf(upTo(60));
  const { probabilities } = createHeadLearner(asTables(evidence)).learn(known);
  const prototypes = labelPrototypes(evidence, embeddingSpace([evidence.embeddings], DIMENSIONS));
  const exact = headOdds(evidence, fitHeads(evidence, known, { prototypes })).map(logistic);
  expect(largest(probabilities, exact)).toBeLessThan(0.02);
  expect(largest(probabilities, evidence.suggested.map(logistic))).toBeGreaterThan(0.3);
});

test('before the first decision documents themselves tell something, at thresholds of 0.5', () => {
  const { evidence, answersOf } = made(1500);
  const { probabilities, thresholds } = createHeadLearner(asTables(evidence)).learn(answersOf([]));
  expect([...thresholds]).toEqual([0.5, 0.5]);
  const rightOf = (odds: Float32Array, least: number) => {
    const { answers } = { answers: answersOf(upTo(1500)).map((own) => own.answers) };
    return odds.filter((x, i) => x >= least === (answers[i % LABELS]![Math.floor(i / LABELS)] === 1)).length;
  };
  expect(rightOf(probabilities, 0.5)).toBeGreaterThan(rightOf(evidence.suggested, 0) + 150);
  const alone = createHeadLearner({ ...asTables(evidence), embeddings: null }).learn(answersOf([]));
  expect(largest(alone.probabilities, evidence.suggested.map(logistic))).toBeLessThan(1e-6);
});

test('it is the same whatever was learnt before', () => {
  const { evidence, answersOf } = made(300);
  const fresh = createHeadLearner(asTables(evidence)).learn(answersOf(upTo(40)));
  const learner = createHeadLearner(asTables(evidence));
  for (const count of [5, 20, 39]) learner.learn(answersOf(upTo(count)));
  const later = learner.learn(answersOf(upTo(40)));
  expect(largest(later.probabilities, fresh.probabilities)).toBeLessThan(1e-4);
});

test('what was never read is not suggested, and without embeddings suggestions alone are learnt from', () => {
  const { evidence, answersOf } = made(50);
  const suggested = evidence.suggested.slice();
  suggested[40 * LABELS] = Number.NaN;
  const { probabilities } = createHeadLearner({
    ...asTables({ ...evidence, suggested }),
    embeddings: null,
  }).learn(answersOf(upTo(20)));
  expect(probabilities[40 * LABELS]).toBeNaN();
  expect(probabilities[40 * LABELS + 1]).toBeGreaterThan(0);
});

test('a decided document is judged without its own answers, at thresholds without them', () => {
  const { evidence, answersOf } = made(200);
  const learner = createHeadLearner(asTables(evidence));
  // Not more documents than folds: each is left out alone.
  const decided = [3, 50, 77, 120, 199];
  const { documents, probabilities, thresholds } = learner.crossFit(answersOf(decided));
  expect([...documents]).toEqual(decided);
  for (const [i, document] of decided.entries()) {
    const others = createHeadLearner(asTables(evidence)).learn(
      answersOf(decided.filter((d) => d !== document)),
    );
    const own = others.probabilities.subarray(document * LABELS, (document + 1) * LABELS);
    expect(largest(probabilities.subarray(i * LABELS, (i + 1) * LABELS), own)).toBeLessThan(1e-4);
    expect(largest(thresholds.subarray(i * LABELS, (i + 1) * LABELS), others.thresholds)).toBeLessThan(1e-3);
  }
});

test('thresholds follow the expected F1 from the first decision on', () => {
  const { evidence, answersOf } = made(400);
  const learner = createHeadLearner(asTables(evidence));
  for (const count of [1, 10]) {
    const { thresholds, probabilities } = learner.learn(answersOf(upTo(count)));
    for (const [label, threshold] of thresholds.entries()) {
      const own = upTo(400).map((document) => probabilities[document * LABELS + label]!);
      expect(threshold).toBe(suggestionThreshold(own));
    }
  }
  const folded = learner.crossFit(answersOf(upTo(30)));
  expect(new Set(folded.thresholds).size).toBe(20);
});

test('a run and what decisions taught are read together, by weights without the document that is judged', () => {
  const { evidence, answersOf } = made(300);
  const random = createRandom(9);
  // A run that knows more than the zero-shot suggestion, and is too sure.
  const [first, second] = answersOf(upTo(300));
  const trained = Float32Array.from({ length: 300 * LABELS }, (_, i) => {
    const yes = [first!, second!][i % LABELS]!.answers[Math.floor(i / LABELS)] === 1;
    return 4 * ((yes ? 0.7 : -0.7) + random.normal());
  });
  const known = answersOf(upTo(100));
  const learner = createHeadLearner({ ...asTables(evidence), trained });
  const heldOut = upTo(100).filter((i) => i >= 60);
  const odds = Float32Array.from(
    heldOut.flatMap((document) => [...trained.subarray(document * LABELS, (document + 1) * LABELS)]),
  );
  const fitted = learner.crossFit(known, { documents: heldOut, odds });
  expect([...fitted.documents]).toEqual(heldOut);
  // It counts for less than it says.
  expect(fitted.fusion!.run).toBeLessThan(0.5);
  expect(fitted.fusion!.run).toBeGreaterThan(0.1);
  const loss = (probabilities: Float32Array, from: number) =>
    upTo(300 - from).reduce((sum, i) => {
      const document = from + i;
      return upTo(LABELS).reduce((own, label) => {
        const p = probabilities[document * LABELS + label]!;
        const yes = [first!, second!][label]!.answers[document] === 1;
        return own - Math.log(yes ? p : 1 - p);
      }, sum);
    }, 0);
  const both = learner.learn(known, fitted.fusion).probabilities;
  expect(loss(both, 100)).toBeLessThan(0.8 * loss(trained.map(logistic), 100));
  expect(loss(both, 100)).toBeLessThan(
    0.95 * loss(createHeadLearner(asTables(evidence)).learn(known).probabilities, 100),
  );
});

test('what only one of both has read has that one’s probability', () => {
  const { evidence, answersOf } = made(40);
  const suggested = evidence.suggested.slice();
  const trained = evidence.entailed.slice();
  suggested[35 * LABELS] = Number.NaN;
  trained[36 * LABELS] = Number.NaN;
  suggested[37 * LABELS] = Number.NaN;
  trained[37 * LABELS] = Number.NaN;
  const tables = { ...asTables({ ...evidence, suggested }), trained };
  const fusion = { head: 0.5, run: 0.5, constant: 0.1 };
  const learner = createHeadLearner(tables);
  const { probabilities } = learner.learn(answersOf(upTo(20)), fusion);
  const heads = createHeadLearner({ ...tables, trained: null }).learn(answersOf(upTo(20))).probabilities;
  expect(probabilities[35 * LABELS]).toBeCloseTo(logistic(trained[35 * LABELS]!), 5);
  expect(probabilities[36 * LABELS]).toBeCloseTo(heads[36 * LABELS]!, 5);
  expect(probabilities[37 * LABELS]).toBeNaN();
  const h = Math.log(heads[0]! / (1 - heads[0]!));
  expect(probabilities[0]).toBeCloseTo(logistic(0.5 * h + 0.5 * trained[0]! + 0.1), 4);
});

test('what some decisions alone would teach is what learning from them gives, and leaves no trace', () => {
  const { evidence, answersOf } = made(300);
  const some = answersOf(upTo(40));
  const learner = createHeadLearner(asTables(evidence));
  const before = learner.learn(answersOf(upTo(80))).probabilities;
  const taught = learner.taughtBy(some, [250, 7]);
  const alone = createHeadLearner(asTables(evidence)).learn(some);
  const row = (document: number) => alone.probabilities.subarray(document * LABELS, (document + 1) * LABELS);
  expect(largest(taught.probabilities, [...row(250), ...row(7)])).toBeLessThan(1e-4);
  expect(largest(taught.thresholds, alone.thresholds)).toBeLessThan(1e-4);
  expect(largest(taught.sample, alone.probabilities)).toBeLessThan(1e-4);
  expect(largest(learner.learn(answersOf(upTo(80))).probabilities, before)).toBeLessThan(1e-4);
});

test('documents that stand for all are from everywhere, and one more changes at most one of them', () => {
  const sampleOf = (documents: number): number[] => {
    const suggested = Float32Array.from({ length: documents }, (_, i) => Math.log((i + 1) / 5000));
    const tables = { labels: 1, documents, suggested, entailed: new Float32Array(documents) };
    const none = [{ documents: [], answers: [] }];
    const { sample } = createHeadLearner({ ...tables, embeddings: null, trained: null }).taughtBy(none, []);
    return [...sample].map((p) => Math.round((5000 * p) / (1 - p)) - 1);
  };
  const some = sampleOf(2000);
  expect(some).toEqual(Array.from({ length: 2000 }, (_, i) => i));
  const more = sampleOf(2001);
  expect(more).toHaveLength(2000);
  expect(more.filter((row) => !some.includes(row)).length).toBeLessThanOrEqual(1);
  // What comes in turns, and what comes last.
  const many = sampleOf(4000);
  for (const kind of [many.filter((row) => row % 2 === 0), many.filter((row) => row >= 2000)]) {
    expect(kind.length).toBeGreaterThan(900);
    expect(kind.length).toBeLessThan(1100);
  }
});

test('parts that several threads learn are together what one learns, whatever the labels are known of', () => {
  const { evidence, answersOf } = made(300);
  const tables = { ...asTables(evidence), trained: evidence.entailed.slice() };
  const [first, second] = answersOf(upTo(60));
  // Of the second label only some noes are known of documents that somebody finished.
  const known = [first!, { ...second!, oneSided: upTo(60).map((i) => (i < 50 ? 1 : 0)) }];
  const fusion = { head: 0.7, run: 0.4, constant: -0.2 };
  const targets = [null, { of: 'precision' as const, least: 0.8 }];
  const probabilities = new Float32Array(300 * LABELS);
  const parts = upTo(LABELS).map((label) =>
    createHeadLearner(tables).learn(known, fusion, targets, { from: label, to: label + 1, probabilities }),
  );
  expect(joinParts(parts)).toEqual(createHeadLearner(tables).learn(known, fusion, targets));
});
