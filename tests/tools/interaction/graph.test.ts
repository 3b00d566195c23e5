import { expect, test } from 'vitest';
import type { Parameter } from '../../../engine/optim/adamw.ts';
import { createRandom, type Random } from '../../../engine/random.ts';
import { interactions, labelTokens, type TokenVectors } from '../../../engine/zeroshot/lateInteraction.ts';
import { batchOf } from '../../../tools/nli/interaction/batch.ts';
import { assembleInteraction, GATE, PROJECTION } from '../../../tools/nli/interaction/graph.ts';
import type { Group } from '../../../tools/nli/interaction/groups.ts';
import type { TextStates } from '../../../tools/nli/interaction/states.ts';
import { createStepper } from '../../../tools/nli/interaction/stepper.ts';
import { identity } from '../../../tools/nli/interaction/train.ts';

const HIDDEN = 6;
const LOSS = { hidden: HIDDEN, size: HIDDEN, sharpness: 8, share: 0.4, pull: 0.3 };
const TO_LABELS = 0.6;
const START = identity(HIDDEN);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
const scaled = (vector: Float32Array) => vector.map((x) => x / Math.hypot(...vector));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function madeUp(): { group: Group; parameters: readonly [Parameter, Parameter]; random: Random } {
  const random = createRandom(4);
  const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const states = (tokens: number): TextStates => ({
    tokens: normals(tokens * HIDDEN),
    embedding: scaled(normals(HIDDEN)),
  });
  // The second label has no text; the last text has none of the labels, and the first has two.
  const group: Group = {
    texts: [
      { ...states(5), labels: [7, 2] },
      { ...states(1), labels: [2] },
      { ...states(3), labels: [7, 9] },
      { ...states(4), labels: [9] },
    ],
    labels: [7, 4, 2],
    wordings: [
      [states(1), states(3)],
      [states(2), states(2)],
      [states(4), states(1)],
    ],
  };
  const projection = START.map((x) => x + 0.3 * random.normal());
  const parameters = [
    { name: PROJECTION, dims: [HIDDEN, HIDDEN], values: projection, decays: false },
    { name: GATE, dims: [HIDDEN, 1], values: normals(HIDDEN).map((x) => x / 2), decays: false },
  ] as const;
  return { group, parameters, random };
}

const stepperOf = (parameters: readonly Parameter[]) =>
  createStepper(assembleInteraction({ ...LOSS, start: START }), parameters);

test('the gradient of the objective agrees with central differences', async () => {
  const { group, parameters, random } = madeUp();
  const stepper = await stepperOf(parameters);
  const batch = batchOf(group, { hidden: HIDDEN, textsToLabels: TO_LABELS });
  const gradients = (await stepper.run(batch)).gradients.map((gradient) => gradient.slice());
  for (const [p, { name, values }] of parameters.entries()) {
    const steepest = scaled(gradients[p]!);
    const others = [1, 2, 3, 4].map(() => scaled(Float32Array.from(values, () => random.normal())));
    expect(dot(gradients[p]!, steepest), name).toBeGreaterThan(0.05);
    for (const direction of [steepest, ...others]) {
      const start = values.slice();
      const at = async (size: number) => {
        for (const [i, value] of start.entries()) values[i] = value + size * direction[i]!;
        return (await stepper.run(batch)).objective;
      };
      const step = 2e-3;
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      values.set(start);
      const analytic = dot(gradients[p]!, direction);
      expect(Math.abs(analytic - numeric), name).toBeLessThan(3e-4 + 0.01 * Math.abs(numeric));
    }
  }
  await stepper.release();
});

test('the loss is that of the likeness that suggesting computes; the pull is added to it', async () => {
  const { group, parameters } = madeUp();
  const [projection, gate] = parameters;
  const stepper = await stepperOf(parameters);
  const { loss, objective } = await stepper.run(batchOf(group, { hidden: HIDDEN, textsToLabels: TO_LABELS }));
  await stepper.release();

  const tokensOf = ({ tokens }: TextStates): TokenVectors & { rows: Float32Array[] } => {
    const states = Array.from({ length: tokens.length / HIDDEN }, (_, i) =>
      tokens.subarray(i * HIDDEN, (i + 1) * HIDDEN),
    );
    const rows = states.map((state) =>
      scaled(
        Float32Array.from({ length: HIDDEN }, (_, column) =>
          sum(Array.from(state, (x, row) => x * projection.values[row * HIDDEN + column]!)),
        ),
      ),
    );
    return {
      rows,
      vectors: Float32Array.from(rows.flatMap((row) => [...row])),
      weights: Float32Array.from(states, (state) => Math.exp(dot(state, gate.values))),
    };
  };
  const kinds = group.wordings.flat();
  const labels = group.wordings.map((own) => {
    const [name, hypothesis] = own.map((kind) => String(kinds.indexOf(kind)));
    return { name: name!, hypotheses: [hypothesis!] };
  });
  const words = await labelTokens(labels, async (places) =>
    places.map((place) => tokensOf(kinds[Number(place)]!)),
  );
  const z = group.texts.map((text) => {
    const { rows } = tokensOf(text);
    const best = Float32Array.from(words.shares, (_, i) =>
      Math.max(...rows.map((row) => dot(row, words.vectors.subarray(i * HIDDEN, (i + 1) * HIDDEN)))),
    );
    return [...interactions(best, words)].map((likeness, label) => {
      const cosines = group.wordings[label]!.map(({ embedding }) => dot(text.embedding, embedding));
      return 8 * (0.4 * likeness + (0.6 * sum(cosines)) / cosines.length);
    });
  });
  /** −log of a softmax, the mean over those that are wanted. */
  const missed = (values: readonly number[], wanted: readonly number[]) =>
    Math.log(sum(values.map(Math.exp))) - sum(wanted.map((i) => values[i]!)) / wanted.length;
  const column = (label: number) => z.map((row) => row[label]!);
  const toLabels = [missed(z[0]!, [0, 2]), missed(z[1]!, [2]), missed(z[2]!, [0])];
  const toTexts = [missed(column(0), [0, 2]), missed(column(2), [0, 1])];
  expect(loss).toBeCloseTo((0.6 * sum(toLabels)) / 3 + (0.4 * sum(toTexts)) / 2, 4);
  expect(objective - loss).toBeCloseTo(
    0.3 * sum(Array.from(projection.values, (x, i) => (x - START[i]!) ** 2)),
    4,
  );
});
