import { expect, test } from 'vitest';
import { scoreTexts } from '../../engine/inference/score.ts';
import { loadNliModel } from '../../engine/model/nliModel.ts';
import { createRandom } from '../../engine/random.ts';
import { trainingOptions } from '../../engine/train/plan.ts';
import { createTrainables, mergeTrained } from '../../engine/train/trainables.ts';
import { targetOf } from '../../tools/nli/encodeRound.ts';
import { exportModel } from '../../tools/nli/exportModel.ts';
import { nliAccuracy } from '../../tools/nli/heldOut.ts';
import { createMixture, softened } from '../../tools/nli/mixture.ts';
import type { Recipe } from '../../tools/nli/recipe.ts';
import { descriptionOf, TEMPLATES, wordingOf } from '../../tools/nli/wordings.ts';
import { neighboursOf, type ZeroShotSet, zeroShotPairs } from '../../tools/nli/zeroShotPairs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const SET: ZeroShotSet = {
  name: 'letters',
  labels: NAMES.map((name) => ({
    name,
    description: `The label applies when ${name}.`,
    hypothesis: `It is ${name}`,
  })),
  texts: NAMES.map((name, i) => ({ text: `text ${name}`, labels: [i] })),
  // The nearest label of each is the next one; only hard negatives come from the first five.
  neighbours: NAMES.map((_, i) => NAMES.map((_, j) => (i + j + 1) % 8).filter((j) => j !== i)),
};
const ZERO_SHOT: Recipe['zeroShot'] = {
  sets: [{ set: 'letters', share: 1 }],
  negativesPerPositive: 2,
  hardShare: 1,
  neutral: 0,
  joinShare: 0,
  wordings: { hypothesis: 1, description: 0, template: 0 },
};

const labelsOf = (pairs: readonly { hypothesis: string }[]) =>
  pairs.map(({ hypothesis }) => NAMES.indexOf(hypothesis.slice(-1)));

test('labels of a text entail, others contradict, and a label is never both', () => {
  const random = createRandom(1);
  for (let round = 0; round < 50; round++) {
    const pairs = zeroShotPairs(SET, { text: 't', labels: [1, 4] }, { ...ZERO_SHOT, hardShare: 0.5 }, random);
    const positives = labelsOf(pairs.filter((pair) => pair.entailment === 1));
    const negatives = labelsOf(pairs.filter((pair) => pair.contradiction === 1));
    expect(positives.toSorted()).toEqual([1, 4]);
    expect(negatives).toHaveLength(4);
    expect(new Set(negatives).size).toBe(4);
    expect(negatives).not.toContain(1);
    expect(negatives).not.toContain(4);
  }
});

test('hard negatives are among the five nearest labels', () => {
  const random = createRandom(2);
  const seen = new Set<number>();
  for (let round = 0; round < 60; round++) {
    const pairs = zeroShotPairs(SET, { text: 't', labels: [0] }, ZERO_SHOT, random);
    for (const label of labelsOf(pairs.filter((pair) => pair.entailment === 0))) seen.add(label);
  }
  expect([...seen].toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test('a set with one wrong label gives one negative; a text without labels gives negatives only', () => {
  const two: ZeroShotSet = { ...SET, labels: SET.labels.slice(0, 2), neighbours: [[1], [0]] };
  expect(labelsOf(zeroShotPairs(two, { text: 't', labels: [0] }, ZERO_SHOT, createRandom(3)))).toEqual([
    0, 1,
  ]);
  const none = zeroShotPairs(SET, { text: 't', labels: [] }, ZERO_SHOT, createRandom(3));
  expect(none).toHaveLength(2);
  expect(none.every((pair) => pair.entailment === 0)).toBe(true);
});

test('neighbours are ordered by cosine and leave out the label itself', () => {
  const vectors = [
    [1, 0],
    [0.8, 0.6],
    [0, 1],
  ].map((v) => Float32Array.from(v));
  expect(neighboursOf(vectors)).toEqual(
    [
      [1, 2],
      [0, 2],
      [1, 0],
    ].map((row, i) => (i === 1 ? [0, 2] : row)),
  );
});

test('wordings follow their shares, and a label with $& in its name stays as it is', () => {
  const label = { name: '$& $$', description: 'The label applies when it rains.', hypothesis: 'It rains.' };
  const random = createRandom(4);
  const draw = (shares: Recipe['zeroShot']['wordings']) => wordingOf(label, shares, random);
  expect(draw({ hypothesis: 1, description: 0, template: 0 })).toBe('It rains.');
  expect(draw({ hypothesis: 0, description: 1, template: 0 })).toBe(descriptionOf(label));
  expect(descriptionOf(label)).toBe('It rains.');
  expect(draw({ hypothesis: 0, description: 0, template: 1 })).toContain('$& $$');
  expect(TEMPLATES.every((template) => template.includes('{}'))).toBe(true);
});

const RECIPE = {
  pairsPerRound: 60,
  nli: { share: 0.5, neutralAsContradiction: 0, files: [] },
  zeroShot: { ...ZERO_SHOT, joinShare: 1 },
  embedding: { share: 0.25, weight: 1 },
} as unknown as Recipe;
const MATERIAL = {
  nli: [
    { share: 1, rows: NAMES.map((name) => ({ premise: name, hypothesis: 'h', label: 'neutral' as const })) },
  ],
  zeroShot: [{ share: 1, set: SET }],
};

test('rounds are the same for the same seed and differ from one another', () => {
  const rounds = (seed: number) => {
    const mixture = createMixture(MATERIAL, RECIPE, createRandom(seed));
    return [mixture.round(), mixture.round()];
  };
  expect(rounds(1)).toEqual(rounds(1));
  const [first, second] = rounds(1);
  expect(first).not.toEqual(second);
  expect(first!.pairs.filter(({ hypothesis }) => hypothesis === 'h')).toHaveLength(30);
  expect(first!.texts).toHaveLength(Math.round(first!.pairs.length / 3));
});

test('joined texts carry the labels of both', () => {
  const { pairs } = createMixture(MATERIAL, RECIPE, createRandom(1)).round();
  for (const pair of pairs.filter(({ hypothesis }) => hypothesis !== 'h')) {
    const letters = [...pair.premise.matchAll(/text (\w)/g)].map((match) => match[1]);
    expect(letters).toHaveLength(2);
    expect(pair.entailment).toBe(letters.includes(pair.hypothesis.slice(-1)) ? 1 : 0);
  }
});

test('targets: smoothing leaves a distribution, "not entailment" is half of each, two classes take neutral as not', () => {
  const pair = softened({ premise: 'p', hypothesis: 'h', label: 'not_entailment' });
  const three = { kind: 'three', entailment: 1, contradiction: 0, neutral: 2 } as const;
  expect([...targetOf(pair, three, 0)]).toEqual([0.5, 0, 0.5]);
  const smoothed = targetOf(softened({ premise: 'p', hypothesis: 'h', label: 'entailment' }), three, 0.3);
  for (const [i, share] of [0.1, 0.8, 0.1].entries()) expect(smoothed[i]).toBeCloseTo(share);
  expect([...targetOf(pair, { kind: 'two', entailment: 0, contradiction: 1 }, 0)]).toEqual([0, 1]);
});

test('neutral rows can be taken for contradiction', () => {
  const neutral = { premise: 'p', hypothesis: 'h', label: 'neutral' } as const;
  expect(softened(neutral)).toMatchObject({ neutral: 1, contradiction: 0 });
  expect(softened(neutral, 1)).toMatchObject({ entailment: 0, neutral: 0, contradiction: 1 });
});

test('two-way NLI rows count as right when entailment is told from the rest', () => {
  const classes = { kind: 'three', entailment: 1, contradiction: 0, neutral: 2 } as const;
  const logits = Float32Array.from([0, 0, 9, 0, 9, 0, 0, 0, 9]);
  const row = (label: 'not_entailment' | 'entailment' | 'contradiction') => ({
    premise: '',
    hypothesis: '',
    label,
  });
  const rows = [row('not_entailment'), row('entailment'), row('contradiction')];
  expect(nliAccuracy(logits, rows, classes)).toBeCloseTo(2 / 3);
});

test('an exported model gives the scores of the trained one', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const { parameters } = createTrainables(
    model.prepared,
    trainingOptions({ method: 'full' }),
    createRandom(1),
  );
  const values = new Map(parameters.map((p) => [p.name, p.values.map((x) => x * 1.5 + 0.1)]));
  const out = temporaryFolder();
  exportModel(model.folder, values, out);
  const request = { texts: ['the parcel came late'], hypotheses: ['this is about shipping .', 'nice'] };
  const merged = mergeTrained(model.prepared, { values, rank: 1, alpha: 1 });
  const [expected] = await scoreTexts(model, request, merged);
  const [before] = await scoreTexts(model, request);
  const [own] = await scoreTexts(await loadNliModel(out), request);
  for (const [i, p] of expected!.probabilities.entries()) expect(own!.probabilities[i]).toBeCloseTo(p, 5);
  expect(own!.probabilities).not.toEqual(before!.probabilities);
});
