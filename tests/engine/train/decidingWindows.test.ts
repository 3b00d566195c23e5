import { expect, test } from 'vitest';
import { createScorer, scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { chooseWindows, hasWindows, takeUp } from '../../../engine/train/decidingWindows.ts';
import { type Example, encodeExamples } from '../../../engine/train/examples.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { mergeTrained } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const NOTHING = Array.from({ length: 40 }, () => 'nice colour and').join(' ');
const hypotheses = ['this is about shipping .', 'this is about price .'];
const texts = [`${NOTHING} the parcel came late`, `${NOTHING} the price is high`, NOTHING];
const examples: Example[] = Array.from({ length: 30 }, (_, i) => i % 3).flatMap((text) =>
  hypotheses.map((hypothesis, label) => ({
    premise: texts[text]!,
    hypothesis,
    target: text === label ? ('entailment' as const) : ('contradiction' as const),
  })),
);

async function tinyModel() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

test('a premise that fits is one window, one that does not is cut into windows that leave out nothing', async () => {
  const model = await tinyModel();
  const short: Example = {
    premise: 'the parcel came late',
    hypothesis: hypotheses[0]!,
    target: 'entailment',
  };
  const encoded = encodeExamples(model, [short, examples[0]!], 48);
  const [one, many] = encoded.windows;
  expect(one).toEqual([model.tokenizer.encodePair(short.premise, short.hypothesis, { maxLength: 48 })]);
  expect(many!.length).toBeGreaterThan(2);
  expect(new Set(many!.map(({ inputIds }) => inputIds.length))).toEqual(new Set([48]));
  const { tokenizer } = model;
  const hypothesis = tokenizer.encodeHypothesisIds(hypotheses[0]!);
  for (const { inputIds } of many!) expect(inputIds.slice(-1 - hypothesis.length, -1)).toEqual(hypothesis);
  const words = tokenizer.encodePremiseIds(texts[0]!);
  const room = tokenizer.roomFor(hypothesis, 48);
  expect(many![0]!.inputIds.slice(1, 1 + room)).toEqual(words.slice(0, room));
  expect(many!.at(-1)!.inputIds.slice(1, 1 + room)).toEqual(words.slice(-room));
  expect(hasWindows(encoded)).toBe(true);
  expect(hasWindows(encodeExamples(model, [short], 48))).toBe(false);
});

test('of a yes windows are drawn by what the model finds in them, of a no one comes after the other', async () => {
  const model = await tinyModel();
  const two = examples.slice(0, 2);
  const encoded = encodeExamples(model, two, 48);
  const [yes, no] = encoded.windows;
  const scorer = await createScorer(model);
  const odds = await scorer.scorePairs(yes!);
  await scorer.release();
  const shares = odds.map(Math.exp);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const times = new Float64Array(yes!.length);
  const read = new Set<number>();
  const epochs = 200;
  for (let epoch = 0; epoch < epochs; epoch++) {
    await chooseWindows(model, two, encoded, { epoch, seed: 1 });
    times[encoded.chosen[0]!]! += 1 / epochs;
    read.add(encoded.chosen[1]!);
  }
  times.forEach((share, window) => {
    expect(Math.abs(share - shares[window]! / total)).toBeLessThan(0.12);
  });
  expect(read.size).toBe(no!.length);
});

test('what stands at the end of a long document is learnt', async () => {
  const model = await tinyModel();
  const late = `${NOTHING} ${'the parcel came late '.repeat(3)}`;
  const others = [`${NOTHING} ${'the price is high '.repeat(3)}`, NOTHING];
  const [hypothesis] = hypotheses;
  const about = Array.from({ length: 12 }, () => [late, ...others]).flat();
  const own = about.map(
    (premise): Example => ({
      premise,
      hypothesis: hypothesis!,
      target: premise === late ? 'entailment' : 'contradiction',
    }),
  );
  const options = trainingOptions({ epochs: 120, learningRate: 3e-2, batchSize: 8 });
  const { values } = await fineTune(model, { examples: own, options });
  const weights = mergeTrained(model.prepared, { ...options, values });
  const scores = await scoreTexts(model, { texts: [late, ...others], hypotheses: [hypothesis!] }, weights);
  const [yes, ...no] = scores.map(({ probabilities }) => probabilities[0]!);
  expect(yes).toBeGreaterThan(0.8);
  for (const probability of no) expect(probability).toBeLessThan(0.2);
});

test('a run that was stopped in the middle of an epoch goes on with the windows of that epoch', async () => {
  const model = await tinyModel();
  const dir = temporaryFolder();
  const options = trainingOptions({ epochs: 4, batchSize: 16, learningRate: 1e-2 });
  const whole = await fineTune(model, { examples, options });
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => (step === 10 ? stop.abort() : undefined);
  const checkpoints = { dir, every: 5 };
  await expect(
    fineTune(model, { examples, options, checkpoints, onStep, signal: stop.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const resumed = await fineTune(model, { examples, options, checkpoints });
  expect(resumed.losses).toEqual(whole.losses);
});

test('a choice that is not of these examples is not taken up', async () => {
  const model = await tinyModel();
  const encoded = encodeExamples(model, examples.slice(0, 2), 48);
  expect(takeUp(encoded, undefined)).toBe(false);
  expect(takeUp(encoded, [0])).toBe(false);
  expect(takeUp(encoded, [0, 1000])).toBe(false);
  expect([...encoded.chosen]).toEqual([0, 0]);
  expect(takeUp(encoded, [1, 2])).toBe(true);
  expect([...encoded.chosen]).toEqual([1, 2]);
});
