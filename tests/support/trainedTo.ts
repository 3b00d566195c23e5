import type { Engine } from '../../engine/index.ts';

/** An engine whose training gives these probabilities for every held-out document, after its only epoch. */
export const trainedTo = (engine: Engine, probabilitiesOf: (gold: Uint8Array) => Float32Array): Engine => ({
  ...engine,
  train: async ({ heldOut }) => ({
    steps: 1,
    losses: [1],
    seconds: 1,
    examplesPerSecond: 1,
    optimizerShare: 0,
    peakBytes: 1,
    device: 'cpu',
    precision: 'fp32',
    evaluations: [{ epoch: 1, step: 1, macroF1: 0.5 }],
    bestEpoch: 1,
    trained: new Uint8Array(64),
    heldOutScores: [heldOut!.gold.map(probabilitiesOf)],
    outside: null,
  }),
});
/** Of an answer, nearly sure of it. */
export const right = (gold: Uint8Array) => Float32Array.from(gold, (yes) => (yes ? 0.98 : 0.02));
/** The opposite. */
export const wrong = (gold: Uint8Array) => Float32Array.from(gold, (yes) => (yes ? 0.1 : 0.9));
