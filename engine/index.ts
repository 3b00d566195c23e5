/** The engine's public surface: what other layers may import. */
export { EngineError } from './errors.ts';
export { entailHome } from './models/cache.ts';
export { loadNliModel, type NliModel } from './models/nliModel.ts';
export { hypothesisFor } from './nli/hypotheses.ts';
export { type ScoreRequest, scoreTexts, type TextScores } from './predict/score.ts';
export type { Example } from './train/examples.ts';
export { fineTune, type TrainingRequest, type TrainingResult } from './train/loop.ts';
export { type TrainingOptions, trainingOptions } from './train/plan.ts';
export { mergeTrained } from './train/trainables.ts';
