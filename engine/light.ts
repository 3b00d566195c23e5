/**
 * What of the engine needs no runtime and no model: for readers and writers of files, whose processes and threads should
 * not carry ONNX Runtime along. `index.ts` is the whole.
 */

export { choose } from './active/choose.ts';
export { predicted } from './evaluate/counts.ts';
export { createHeadLearner, type HeadLearner } from './head/learner.ts';
export { filledHypothesis, hypothesisFor } from './nli/hypotheses.ts';
export { forecastGain } from './progress/forecast.ts';
export { learningCurve } from './progress/learningCurve.ts';
export { replay } from './progress/replay.ts';
export { STOP_MODELS, STOP_STEP, stoppingCriteria } from './progress/stopping.ts';
