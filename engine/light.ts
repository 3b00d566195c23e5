/**
 * What of the engine needs no runtime and no model: for readers and writers of files, whose processes and threads should
 * not carry ONNX Runtime along. `index.ts` is the whole.
 */

export { predicted } from './evaluate/counts.ts';
export { filledHypothesis, hypothesisFor } from './nli/hypotheses.ts';
