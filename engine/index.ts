/** The engine's public surface: what other layers may import. */

export { type ChoiceEmbeddings, type ChoiceRequest, choose } from './active/choose.ts';
export { isRandom, type Pick } from './active/pick.ts';
export { STRATEGIES } from './active/strategies.ts';
export type { Strategy } from './active/strategy.ts';
export type { TuningText } from './contrast/tune.ts';
export { createDraw } from './draw.ts';
export { EngineError } from './errors.ts';
export { calibrationInTurns } from './evaluate/calibration.ts';
export { cellsFrom, countsByLabel } from './evaluate/cells.ts';
export {
  type Counts,
  type Judged,
  noCounts,
  predicted,
  scoresOf,
} from './evaluate/counts.ts';
export type { Range } from './evaluate/credible.ts';
export { crossFit } from './evaluate/crossFit.ts';
export { designEffectOf, onMean } from './evaluate/designEffect.ts';
export { FIGURES } from './evaluate/figures/all.ts';
export {
  type MetricsWithIntervals,
  withIntervals,
} from './evaluate/intervals.ts';
export { macroInterval } from './evaluate/macroInterval.ts';
export {
  canBeJudged,
  evaluate,
  evaluateInTurns,
  type KeptMetrics,
  type Metrics,
} from './evaluate/metrics.ts';
export { cuts } from './evaluate/ranking.ts';
export { type LabelThreshold, tuneThresholds } from './evaluate/thresholds.ts';
export { baseCardOf } from './export/baseCard.ts';
export type { CardFacts, CardLabel, TogetherFacts } from './export/card.ts';
export type { CardFigures } from './export/cardFigures.ts';
export { readConstants, readLearntWeights, WEIGHTS } from './export/learnt/constants.ts';
export { requireRestingOn } from './export/learnt/restingOn.ts';
export type { LearntExport } from './export/learnt/writing.ts';
export type { ExportResult } from './export/modelFolder.ts';
export { entailHome } from './files/home.ts';
export { insideModel, readInside } from './files/inside.ts';
export { ENCODER } from './files/layout.ts';
export { sha256Of } from './files/sha256.ts';
export { type Fold, foldsOf } from './folds.ts';
export { type Embeddings8, toEightBits } from './head/embeddings8.ts';
export { finishedAlone, type LabelAnswers } from './head/evidence.ts';
export { suggestionThreshold } from './head/expectedF1.ts';
export type { Heads, LabelRange, ReadingHeads } from './head/heads.ts';
export {
  type HeadLearner,
  type HeadTables,
  joinParts,
  type RunReadings,
  type Targets,
} from './head/learner.ts';
export { softplus } from './head/logistic.ts';
export { readingAlone, readsEmbeddings, taughtProbabilities, togetherWithRun } from './head/reading.ts';
export { fitRunFusion, fusedOdds, type RunFusion } from './head/runFusion.ts';
export type { Expected, Target } from './head/target.ts';
export { untaughtHeads } from './head/untaught.ts';
export { isModelId } from './hub/cache.ts';
export { downloadModel, hubOrigin } from './hub/hub.ts';
export type { WordWeight } from './inference/explain.ts';
export type { Likeness } from './inference/likeness.ts';
export type { Precision } from './inference/precision.ts';
export type { Passage, TextScores } from './inference/score.ts';
export {
  type ChosenClasses,
  classesOfFile,
  rememberClasses,
  weightsDigest,
} from './model/chosenClasses.ts';
export { fusionWeightsSchema, readFusionWeights } from './model/fusionFile.ts';
export { namedClasses } from './model/namedClasses.ts';
export { loadNliModel, type NliModel } from './model/nliModel.ts';
export { filledHypothesis, hypothesisFor } from './nli/hypotheses.ts';
export { type AnnotatedDocument, pairsFromAnnotations } from './nli/pairs.ts';
export { logistic, logOdds } from './nli/probability.ts';
export { outsideFiles } from './onnx/outsideFiles.ts';
export type { EngineProcess, StartEngine } from './process/child.ts';
export { createEngine, type Engine, type RemoteScorer } from './process/client.ts';
export type { HeldOut, ModelSource, TrainAnswer } from './process/protocol.ts';
export {
  embedTexts,
  type ReaderSpec,
  type ReadTexts,
  type TextEvidence,
  withTextReader,
} from './process/textReader.ts';
export type { Forecast } from './progress/forecast.ts';
export type { LearningCurve } from './progress/learningCurve.ts';
export { needOf } from './progress/need.ts';
export type { Agreement } from './progress/replay.ts';
export type { Criterion } from './progress/stopping.ts';
export { createRandom, type Random } from './random.ts';
export type { DeviceChoice, Task } from './runtime/devices.ts';
export type { Device } from './runtime/session.ts';
export { checkpointHistory, type TrainingHistory } from './train/checkpoint.ts';
export type { Evaluation } from './train/earlyStop.ts';
export type { Example } from './train/examples.ts';
export type { TrainingEvent } from './train/loop.ts';
export { fineTune } from './train/loop.ts';
export { type TrainingOptions, trainingOptions } from './train/plan.ts';
export { splitDocuments } from './train/split.ts';
export { atOnce, inTurns, type Steps } from './turns.ts';
export { labelOdds } from './zeroshot/ensemble.ts';
export {
  createFuser,
  type FusionWeights,
  fuse,
  type LabelPriors,
  labelPriors,
} from './zeroshot/fusion.ts';
export { areMany, createTaker, likeliest, restOdds } from './zeroshot/shortlist.ts';
