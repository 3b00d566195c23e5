import type { TuningText } from '../contrast/tune.ts';
import type { ErrorData } from '../errors.ts';
import type { ExportRequest, ExportResult } from '../export/modelFolder.ts';
import type { WordWeight } from '../inference/explain.ts';
import type { Precision } from '../inference/precision.ts';
import type { ClassExamples } from '../model/classExamples.ts';
import type { NliClasses } from '../nli/classes.ts';
import type { ProbeResult } from '../runtime/deviceProbe.ts';
import type { Phase } from '../runtime/progress.ts';
import type { Device } from '../runtime/session.ts';
import type { Evaluation } from '../train/earlyStop.ts';
import type { Example } from '../train/examples.ts';
import type { TrainingEvent } from '../train/loop.ts';
import type { TrainingOptions } from '../train/plan.ts';
import type { InteractionShare } from '../zeroshot/fusion.ts';
import type { WordedLabel } from '../zeroshot/labelVector.ts';
import type { OutsideAbility } from '../zeroshot/outside/measure.ts';

/** Which model: a folder, and the weights that were trained on top of it (safetensors files). */
export interface ModelSource {
  readonly dir: string;
  readonly trained?: Uint8Array | undefined;
  /** What texts are embedded with, on top of the model's encoder; absent: the encoder, of a model that is its own encoder with `trained`. */
  readonly tuned?: Uint8Array | undefined;
  readonly classes?: { readonly entailment: number; readonly contradiction: number } | undefined;
}

export interface ModelFacts {
  readonly modelType: string;
  readonly maxLength: number;
  readonly classes: NliClasses;
  readonly onnxBytes: number;
}

export interface ScorerSpec extends ModelSource {
  readonly device: Device;
  readonly precision: Precision;
}

export interface ScoreCall {
  readonly scorer: number;
  readonly texts: readonly string[];
  readonly hypotheses: readonly string[];
  /** See `ScoreRequest`. */
  readonly asked?: Uint8Array | undefined;
}

/** Row by row: [texts, hypotheses]. A passage is two positions, -1 where the text was read whole. */
export interface ScoreAnswer {
  /** Log-odds of entailment. */
  readonly odds: Float32Array;
  readonly passages: Int32Array;
}

/** Held-out documents: what early stopping and thresholds are judged by. Tables are [documents][labels]. */
export interface HeldOut {
  readonly texts: readonly string[];
  readonly hypotheses: readonly (readonly string[])[];
  readonly labelNames: readonly string[];
  readonly gold: readonly Uint8Array[];
  readonly decided: readonly Uint8Array[];
}

export interface TrainCall {
  readonly model: ModelSource;
  readonly examples: readonly Example[];
  readonly options: TrainingOptions;
  readonly device: Device;
  /** Of the labels that are learnt: what is known of others is measured. Absent: it is not. */
  readonly labelNames?: readonly string[];
  readonly heldOut: HeldOut | null;
  readonly checkpoints: { readonly dir: string; readonly every: number } | null;
}

export interface TrainAnswer {
  readonly steps: number;
  readonly losses: readonly number[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
  readonly optimizerShare: number;
  /** The most that the engine's process has held so far, the loaded model included. */
  readonly peakBytes: number;
  /** Where it ended: the CPU after another device failed. */
  readonly device: Device;
  /** Of the frozen weights. */
  readonly precision: 'fp32' | 'int8';
  readonly evaluations: readonly Evaluation[];
  readonly bestEpoch: number | null;
  /** A safetensors file (see lora/file.ts). */
  readonly trained: Uint8Array;
  /** Probabilities on the held-out documents after each epoch, the first first: [epochs][documents][labels]. */
  readonly heldOutScores: readonly (readonly Float32Array[])[];
  /** What the model knew of labels outside the project, and knows now; null: not asked. */
  readonly outside: { readonly before: OutsideAbility; readonly after: OutsideAbility } | null;
}

export interface TuneCall {
  readonly model: ModelSource;
  readonly texts: readonly TuningText[];
  readonly seed: number;
}

export interface EmbedCall {
  readonly model: ModelSource;
  readonly texts: readonly string[];
}

export interface LikenCall extends EmbedCall {
  readonly labels: readonly WordedLabel[];
  readonly interaction: InteractionShare;
}

/** Row by row. */
export interface LikenAnswer {
  /** [texts][hidden]. */
  readonly embeddings: Float32Array;
  /** [texts][labels]. */
  readonly cosines: Float32Array;
}

export interface ExplainCall {
  readonly model: ModelSource;
  readonly text: string;
  readonly hypotheses: readonly string[];
}

export interface ExportCall extends Omit<ExportRequest, 'tamper' | 'signal' | 'trained'> {
  readonly model: ModelSource;
}

/** What the engine process answers. `call` is a number that `cancel` and events refer to. */
export interface EngineCalls {
  /** Names of the execution providers of this runtime. */
  backends(call: number): Promise<Outcome<string[]>>;
  /** Tries a device; its driver may take this process along. */
  probe(call: number, device: Device): Promise<Outcome<ProbeResult>>;
  describe(call: number, model: ModelSource): Promise<Outcome<ModelFacts>>;
  /** What a model answers to plain pairs, whether or not its classes are named. */
  classExamples(call: number, dir: string): Promise<Outcome<ClassExamples>>;
  openScorer(call: number, spec: ScorerSpec): Promise<Outcome<number>>;
  score(call: number, request: ScoreCall): Promise<Outcome<ScoreAnswer>>;
  closeScorer(call: number, scorer: number): Promise<Outcome<null>>;
  train(call: number, request: TrainCall): Promise<Outcome<TrainAnswer>>;
  /** Weights with which a model's encoder tells these texts' labels apart, as a safetensors file (see contrast/tune.ts). */
  tune(call: number, request: TuneCall): Promise<Outcome<Uint8Array>>;
  /** All vectors one after the other: [texts][hidden]. */
  embed(call: number, request: EmbedCall): Promise<Outcome<Float32Array>>;
  /** How much texts are like labels, and their embeddings (see inference/likeness.ts). */
  liken(call: number, request: LikenCall): Promise<Outcome<LikenAnswer>>;
  /** The words that speak for (positive) or against the most probable hypothesis, the strongest 1 or −1. */
  explain(call: number, request: ExplainCall): Promise<Outcome<WordWeight[]>>;
  exportModel(call: number, request: ExportCall): Promise<Outcome<ExportResult>>;
  cancel(call: number): Promise<void>;
}

/** What it tells while it works. */
export interface EngineEvents {
  step(call: number, event: TrainingEvent): void;
  evaluation(call: number, evaluation: Evaluation): void;
  tuned(call: number, step: number, steps: number): void;
  /** A device or its memory gave out, and it goes on otherwise: a sentence for people. */
  notice(call: number, text: string): void;
  /** It gets on; what comes next is of this phase. */
  progress(call: number, phase: Phase): void;
}

/** Errors cross the border as data, so that code and hint survive. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorData };
