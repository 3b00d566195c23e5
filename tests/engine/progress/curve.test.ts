import { expect, test } from 'vitest';
import type { LabelAnswers } from '../../../engine/head/evidence.ts';
import type { HeadLearner } from '../../../engine/head/learner.ts';
import { learningCurve } from '../../../engine/progress/learningCurve.ts';
import { replay } from '../../../engine/progress/replay.ts';
import { createRandom } from '../../../engine/random.ts';

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

/** Suggests these, whatever it learnt from. */
const suggesting = (isSuggested: (document: number, label: number) => boolean, labels: number) => ({
  taughtBy: ((_, documents) => {
    const probabilities = Float32Array.from({ length: documents.length * labels }, (_, i) => {
      const label = i % labels;
      return isSuggested(documents[(i - label) / labels]!, label) ? 0.9 : 0.1;
    });
    return { probabilities, thresholds: new Float64Array(labels).fill(0.5), sample: probabilities };
  }) satisfies HeadLearner['taughtBy'],
});

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

test('a resample without a yes of a label is no F1 of 0: intervals are of what the figure is of', () => {
  const documents = Array.from({ length: 40 }, (_, i) => i);
  // Six labels of two yeses each, all suggested rightly.
  const isRare = (document: number, label: number) => document === label || document === 20 + label;
  const own = Array.from({ length: 6 }, (_, label) => ({
    documents,
    answers: documents.map((document) => (isRare(document, label) ? 1 : 0)),
  }));
  const curve = learningCurve(suggesting(isRare, 6), { known: own, seed: 1 });
  expect(curve?.macroF1.at(-1)).toBe(1);
  expect(curve?.intervals.at(-1)?.low).toBeCloseTo(1, 10);
});

test('each interval holds its figure, whichever labels are rare', () => {
  const random = createRandom(3);
  for (let round = 0; round < 40; round++) {
    const size = 20 + 3 * round;
    const documents = Array.from({ length: size }, (_, i) => i);
    const own = Array.from({ length: 6 }, (_, label) => {
      const yes = new Set(random.shuffle(documents).slice(0, 2 + 2 * label));
      return { documents, answers: documents.map((document) => (yes.has(document) ? 1 : 0)) };
    });
    const mostlyRight = own.map(({ answers }) =>
      answers.map((answer) => (random.uniform() < 0.95 ? answer === 1 : answer === 0)),
    );
    const learner = suggesting((document, label) => mostlyRight[label]![document]!, 6);
    const curve = learningCurve(learner, { known: own, seed: round });
    const [figure, { low, high }] = [curve!.macroF1.at(-1)!, curve!.intervals.at(-1)!];
    expect(low, `round ${round}`).toBeLessThan(figure - 0.01);
    expect(high, `round ${round}`).toBeGreaterThan(figure + 0.01);
  }
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
