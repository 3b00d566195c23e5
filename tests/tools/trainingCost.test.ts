import { expect, test } from 'vitest';
import { curvesOf, readTrainingLog, trainingCost } from '../../tools/nli/trainingCost.ts';

const step = (number: number, loss: number) => ({
  ...{ step: number, loss, gradientNorm: 1, learningRate: 1e-4 },
  ...{ rows: 10, tokens: 100, seconds: 1.8, rowsPerSecond: 5, megabytes: 1000 + number },
});
const check = (number: number) => ({
  step: number,
  heldOut: { nli: 0.5, sets: { 'text/a': { averagePrecision: 0.25, accuracy: 0.9 } } },
});
const LOG = [step(1, 1), step(2, 0.5), check(2)].map((entry) => `${JSON.stringify(entry)}\n`).join('');

test('the cost of a run is summed over its steps, memory is the greatest', () => {
  expect(trainingCost(readTrainingLog(LOG, 'log'))).toEqual({
    ...{ steps: 2, rows: 20, tokens: 200, hours: 0.001 },
    ...{ rowsPerSecond: 20 / 3.6, megabytes: 1002 },
  });
});

test('curves are the loss and the held-out scores by step', () => {
  expect(curvesOf(readTrainingLog(LOG, 'log'))).toEqual([
    {
      name: 'loss',
      points: [
        [1, 1],
        [2, 0.5],
      ],
    },
    { name: 'NLI accuracy', points: [[2, 0.5]] },
    { name: 'AP a', points: [[2, 0.25]] },
  ]);
});

test('the loss of a long run is averaged over parts', () => {
  const long = Array.from({ length: 80 }, (_, i) => JSON.stringify(step(i + 1, i % 2))).join('\n');
  const [loss] = curvesOf(readTrainingLog(long, 'log'));
  expect(loss!.points).toHaveLength(40);
  expect(loss!.points.every(([, value]) => value === 0.5)).toBe(true);
});

test('a line that is none of a log is named', () => {
  expect(() => readTrainingLog(`${LOG}{}\n`, 'log.jsonl')).toThrow('log.jsonl, line 4 is no line');
});
