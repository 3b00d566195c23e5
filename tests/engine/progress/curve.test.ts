import { expect, test } from 'vitest';
import type { LabelAnswers } from '../../../engine/head/evidence.ts';
import type { HeadLearner } from '../../../engine/head/learner.ts';
import { learningCurve } from '../../../engine/progress/learningCurve.ts';
import { replay } from '../../../engine/progress/replay.ts';

const isYes = (document: number, label: number) => (document + label) % 2 === 0;

function known(documents: number, labels = 2): LabelAnswers[] {
  const all = Array.from({ length: documents }, (_, i) => 10 * i);
  return Array.from({ length: labels }, (_, label) => ({
    documents: all,
    answers: all.map((document) => (isYes(document / 10, label) ? 1 : 0)),
  }));
}

/** Suggests what is true of the first label once it has learnt from `enough` documents, and nothing before. */
function learnerOf(enough: number, labels = 2) {
  const sizes: number[] = [];
  const taughtBy: HeadLearner['taughtBy'] = (answers, documents) => {
    const learnt = new Set(answers.flatMap((own) => own.documents));
    if (documents.some((document) => learnt.has(document)))
      throw new Error('It is judged by what it learnt from.');
    sizes.push(learnt.size);
    const probabilities = Float32Array.from({ length: documents.length * labels }, (_, i) => {
      const label = i % labels;
      const right = isYes(documents[(i - label) / labels]! / 10, label);
      return label === 0 && learnt.size >= enough && right ? 0.9 : 0.1;
    });
    return { probabilities, thresholds: new Float64Array(labels).fill(0.5), sample: probabilities };
  };
  return { taughtBy, sizes };
}

test('each size is judged on all documents, by heads that had not learnt from them', () => {
  const learner = learnerOf(40);
  const curve = learningCurve(learner, { known: known(100), seed: 1 });
  expect(curve?.sizes).toEqual([10, 20, 40, 60, 80]);
  // The second label is never suggested: its F1 is 0.
  expect(curve?.macroF1).toEqual([0, 0, 0.5, 0.5, 0.5]);
  expect(curve?.intervals[0]).toEqual({ low: 0, high: 0 });
  expect(curve).toMatchObject({ documents: 100, judgedLabels: 2 });
  expect(curve?.resampled).toHaveLength(200);
  expect(learner.sizes).toHaveLength(3 * 5 * 5);
});

test('the same seed gives the same curve', () => {
  const once = () => learningCurve(learnerOf(30), { known: known(60), seed: 7 });
  expect(once()).toEqual(once());
});

test('with few documents, or no label that has both answers twice, there is none', () => {
  expect(learningCurve(learnerOf(5), { known: known(19), seed: 1 })).toBeNull();
  const yes = known(60).map(({ documents }) => ({ documents, answers: documents.map(() => 1) }));
  expect(learningCurve(learnerOf(5), { known: yes, seed: 1 })).toBeNull();
});

test('of thousands of documents one fold is judged', () => {
  const learner = learnerOf(1000);
  const curve = learningCurve(learner, { known: known(3001), seed: 1 });
  expect(learner.sizes).toHaveLength(5);
  expect(curve?.macroF1).toEqual([0, 0, 0.5, 0.5, 0.5]);
});

test('the past is judged by what was decided next', () => {
  const own = known(6);
  const order = [0, 10, 20, 30, 40, 50];
  const steps = replay(learnerOf(4), { known: own, order, steps: [2, 4, 6] });
  expect(steps.map(({ documents }) => documents)).toEqual([2, 4, 6]);
  // Nothing is suggested of 20 and 30, and each has one of two labels.
  expect(steps[0]?.next).toEqual({
    documents: 2,
    asSuggested: 0,
    counts: { truePositives: 0, falsePositives: 0, falseNegatives: 2, trueNegatives: 2 },
  });
  // 40 has the first label, which is suggested now; 50 the second, which is not.
  expect(steps[1]?.next).toEqual({
    documents: 2,
    asSuggested: 1,
    counts: { truePositives: 1, falsePositives: 0, falseNegatives: 1, trueNegatives: 2 },
  });
  expect(steps[2]?.next).toBeNull();
});

test('labels that nobody decided on a document count nowhere', () => {
  const own = [known(4)[0]!, { documents: [], answers: [] }];
  const [step] = replay(learnerOf(2), { known: own, order: [0, 10, 20, 30], steps: [2, 4] });
  expect(step?.next).toMatchObject({ documents: 2, asSuggested: 2 });
});
