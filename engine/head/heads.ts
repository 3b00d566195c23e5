import { invariant } from '../errors.ts';
import { dot } from './dot.ts';
import {
  type EmbeddingSpace,
  embeddingSpace,
  finishedAlone,
  type HeadEvidence,
  type LabelAnswers,
  readingOf,
} from './evidence.ts';
import { sharedLevel } from './level.ts';
import { fitLogistic } from './logistic.ts';
import { type Prototype, withPrototypes } from './prototypes.ts';
import { shiftToMean } from './shift.ts';

/** Precisions λ of the Gaussian prior, of the weight of each feature. */
export interface HeadPrior {
  readonly suggested: number;
  readonly entailed: number;
  readonly embedding: number;
  readonly constant: number;
}

/** Chosen by hand on sets that bench/learn/heads.ts does not report on by default. */
const HEAD_PRIOR: HeadPrior = { suggested: 4, entailed: 8, embedding: 0.15, constant: 0.5 };

/**
 * A label's weights: suggested · z + entailed · o + constant are its log-odds, of a document that is embedded with
 * embedding · (x − mean) + ofEmbedded.
 */
export interface LabelHead {
  readonly suggested: number;
  readonly entailed: number;
  readonly constant: number;
  /** What goes with the direction that documents tell (`Prototype`): it keeps the label as likely as it was. */
  readonly ofEmbedded: number;
  /** [dimensions]; null: embeddings tell nothing yet. */
  readonly embedding: Float32Array | null;
  /** Where the search ended, in its own units: where the next one begins. */
  readonly solution: Float64Array | null;
}

/** Of heads what reads texts; the rest is for fitting them. */
export interface ReadingHeads {
  readonly space: Pick<EmbeddingSpace, 'mean'>;
  readonly labels: readonly Omit<LabelHead, 'solution'>[];
}

/** What the decisions of a project taught: a head per label. */
export interface Heads extends ReadingHeads {
  readonly space: EmbeddingSpace;
  /** By how much suggestions of any label are too low: see `sharedLevel`. */
  readonly level: number;
  readonly labels: readonly LabelHead[];
}

/** Labels from `from` to before `to`. */
export interface LabelRange {
  readonly from: number;
  readonly to: number;
}

export interface HeadOptions {
  readonly prior?: HeadPrior;
  /** Heads of a moment ago, from where the search begins: it changes how long it takes, not what is found. */
  readonly before?: Heads | undefined;
  /** That of `evidence.embeddings` if it is known. */
  readonly space?: EmbeddingSpace;
  /** What unannotated documents tell of each label (`labelPrototypes`), [labels]; absent: nothing. */
  readonly prototypes?: readonly Prototype[] | null;
  /** Labels that are learnt; absent: all. The level is that of all labels, so that parts are as the whole. */
  readonly part?: LabelRange | undefined;
  /** Documents like those that are to be judged, where answers are one-sided; absent: those of `evidence`. */
  readonly population?: (() => HeadEvidence) | undefined;
}

/**
 * The heads that the decisions so far make: per label a logistic regression whose *prior is the zero-shot model*.
 *
 * Features of a document: z, the log-odds of what is suggested without training, plus what unannotated documents tell of it
 * (`labelPrototypes`) and the level that all labels share (`sharedLevel`); o, those of entailment; e, its embedding less the mean over the project's documents, annotated
 * or not, scaled to a mean length of 1; a constant. Loss: the sum of log losses over the decided documents plus
 * ½ Σ λ (w − μ)², with μ = 1 for the first and 0 for the rest. Without a decision it is the zero-shot suggestion, and it
 * leaves it only as far as decisions speak against it (a prior as an offset: Bishop 2006, section 4.5; biased
 * regularisation: Kuzborskij and Orabona 2013).
 *
 * Where answers are one-sided (a file that names what applies and nothing else), the weights are those of all answers,
 * but how often the label applies is what the others tell: the constant is the one with which the head's mean
 * probability over the population is that of a head that learnt from them alone, which without any is the zero-shot
 * suggestion. Under such sampling a logistic regression has the right weights and a wrong constant (Prentice and Pyke 1979;
 * the correction by a known share: King and Zeng 2001).
 *
 * known: [labels], all of them. Documents without a suggestion teach by their embedding alone, those without an embedding by their
 * suggestion alone. Deterministic.
 */
export function fitHeads(
  evidence: HeadEvidence,
  known: readonly LabelAnswers[],
  {
    prior = HEAD_PRIOR,
    before,
    space = embeddingSpace([evidence.embeddings], evidence.dimensions),
    prototypes = null,
    part = { from: 0, to: known.length },
    population = () => evidence,
  }: HeadOptions = {},
): Heads {
  invariant(known.length === evidence.labels, `${evidence.labels} labels have answers`);
  const finished = finishedAlone(known);
  const expected = prototypes ? withPrototypes(evidence, prototypes, space) : evidence;
  const level = sharedLevel(expected, finished);
  const fit = (answers: LabelAnswers, label: number, start?: Float64Array): LabelHead => {
    const prototype = prototypes?.[label] ?? null;
    return answers.documents.length === 0
      ? {
          ...{ suggested: 1, entailed: 0, constant: level, ofEmbedded: prototype?.constant ?? 0 },
          ...{ embedding: prototype?.vector ?? null, solution: null },
        }
      : fitHead({ evidence: expected, prototype, space, label, known: answers, level, prior, start });
  };
  const { from, to } = part;
  const own = known.slice(from, to);
  const ownFinished = finished.slice(from, to);
  const labels = own.map((answers, i) => fit(answers, from + i, before?.labels[i]?.solution ?? undefined));
  const isShifted = own.map(({ documents }, i) => documents.length > ownFinished[i]!.documents.length);
  if (!isShifted.includes(true)) return { space, level, labels };
  const all = population();
  const odds = headOdds(all, { space, labels }, { firstLabel: from });
  const toldHeads = ownFinished.map((answers, i) => (isShifted[i] ? fit(answers, from + i) : labels[i]!));
  const told = headOdds(all, { space, labels: toldHeads }, { firstLabel: from });
  const shifted = labels.map((head, i): LabelHead => {
    if (!isShifted[i]) return head;
    const shift = shiftToMean(column(odds, i, own.length), column(told, i, own.length));
    return { ...head, constant: head.constant + shift };
  });
  return { space, level, labels: shifted };
}

/** The values of one label that are numbers, of [documents, labels]. */
function column(table: Float32Array, label: number, labels: number): Float32Array {
  const documents = table.length / labels;
  return Float32Array.from({ length: documents }, (_, i) => table[i * labels + label]!).filter(
    (value) => !Number.isNaN(value),
  );
}

interface HeadProblem {
  /** Its suggestions with what prototypes say. */
  readonly evidence: HeadEvidence;
  readonly prototype: Prototype | null;
  readonly space: EmbeddingSpace;
  readonly label: number;
  readonly known: LabelAnswers;
  readonly level: number;
  readonly prior: HeadPrior;
  readonly start: Float64Array | undefined;
}

function fitHead({ evidence, prototype, space, label, known, level, prior, start }: HeadProblem): LabelHead {
  const { dimensions } = evidence;
  const { documents, answers } = known;
  const width = dimensions + 3;
  const features = new Float32Array(documents.length * width);
  const offsets = new Float32Array(documents.length);
  const scales = {
    suggested: 1 / Math.sqrt(prior.suggested),
    entailed: 1 / Math.sqrt(prior.entailed),
    embedding: space.scale / Math.sqrt(prior.embedding),
    constant: 1 / Math.sqrt(prior.constant),
  };
  documents.forEach((document, row) => {
    const at = row * width;
    const vector = document * dimensions;
    const embedded = !Number.isNaN(evidence.embeddings[vector]);
    for (let i = 0; embedded && i < dimensions; i++)
      features[at + i] = (evidence.embeddings[vector + i]! - space.mean[i]!) * scales.embedding;
    const reading = readingOf(evidence, document, label);
    offsets[row] = reading ? reading.z + level : 0;
    features[at + dimensions] = offsets[row]! * scales.suggested;
    features[at + dimensions + 1] = (reading?.o ?? 0) * scales.entailed;
    features[at + dimensions + 2] = scales.constant;
  });
  const solution = fitLogistic(
    { features, width, offsets, answers: Uint8Array.from(answers) },
    start?.length === width ? start : undefined,
  );
  const weightOf = (column: number) => solution[dimensions + column]!;
  const trust = 1 + weightOf(0) * scales.suggested;
  return {
    suggested: trust,
    entailed: weightOf(1) * scales.entailed,
    constant: trust * level + weightOf(2) * scales.constant,
    ofEmbedded: trust * (prototype?.constant ?? 0),
    embedding: Float32Array.from(
      solution.subarray(0, dimensions),
      (x, i) => x * scales.embedding + trust * (prototype?.vector[i] ?? 0),
    ),
    solution,
  };
}

const oddsOf = (
  { suggested, entailed, constant }: Omit<LabelHead, 'solution'>,
  { z, o }: { readonly z: number; readonly o: number },
) => suggested * z + entailed * o + constant;

/**
 * Log-odds by heads, [documents, labels]; of the documents `from` to `to` alone where these are given. The heads are
 * those of the evidence's labels from `firstLabel` on. A document without a suggestion is judged by its embedding, one
 * without an embedding by its suggestion; one without both is NaN.
 */
export function headOdds(
  evidence: HeadEvidence,
  { space, labels }: ReadingHeads,
  {
    from = 0,
    to = evidence.embeddings.length / evidence.dimensions,
    firstLabel = 0,
  }: { from?: number; to?: number; firstLabel?: number } = {},
): Float32Array {
  const { dimensions, embeddings } = evidence;
  const odds = new Float32Array((to - from) * labels.length);
  const shifts = labels.map(({ embedding }) =>
    embedding ? -dot(embedding, 0, space.mean, 0, dimensions) : 0,
  );
  for (let document = from; document < to; document++) {
    const vector = document * dimensions;
    const embedded = !Number.isNaN(embeddings[vector]);
    for (const [label, head] of labels.entries()) {
      const reading = readingOf(evidence, document, firstLabel + label);
      const own = reading ? oddsOf(head, reading) : head.constant;
      const likeness =
        embedded && head.embedding
          ? shifts[label]! + dot(head.embedding, 0, embeddings, vector, dimensions) + head.ofEmbedded
          : 0;
      odds[(document - from) * labels.length + label] = reading || embedded ? own + likeness : Number.NaN;
    }
  }
  return odds;
}
