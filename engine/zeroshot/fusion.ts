import { invariant } from '../errors.ts';
import { boundedOdds, logistic } from '../nli/probability.ts';
import { areMany, createTaker, restOdds } from './shortlist.ts';

/** How entailment and likeness make one probability; fitted by tools/fit-combination.ts, stored with a model. */
export interface FusionWeights {
  readonly bias: number;
  /** Weight of the log-odds of entailment. */
  readonly entailment: number;
  /** Weight of the same less the label's mean over unlabelled documents. */
  readonly centred: number;
  /** Weight of how much more like the document a label is than the other labels are. */
  readonly competition: number;
  /** Factor of cosines before labels compete. */
  readonly sharpness: number;
  /** Log-odds that a label is expected to have on the average, before any document was seen. */
  readonly prior: number;
  /** So many documents count as much as what was expected. */
  readonly priorDocuments: number;
  /** Late interaction in how much text and label are alike; absent: it is the cosine of their embeddings. */
  readonly interaction?: InteractionShare | undefined;
}

/** How much late interaction counts (see `lateInteraction.ts`), beside the cosine of embeddings, which has the rest. */
export interface InteractionShare {
  /** 0 to 1. */
  readonly share: number;
  /** Of the file with what tokens are compared by (see `model/interactionFile.ts`). */
  readonly digest: string;
}

/** What a model says of one document: log-odds of entailment and how much it is like a label (`inference/likeness.ts`), [labels] each. */
export interface TextReading {
  readonly odds: Float32Array;
  readonly cosine: Float32Array;
}

/** What unlabelled documents tell about labels, [labels] each: how many were read, and the means of both readings. */
export interface LabelPriors {
  readonly documents: readonly number[];
  readonly odds: readonly number[];
  readonly cosine: readonly number[];
  /**
   * Log-odds of entailment that a label has in texts that are not read for it; absent: all texts are read for all labels,
   * which are not many (see `shortlist.ts`).
   */
  readonly rest?: readonly number[] | undefined;
}

/** The means of both readings over a sample of unlabelled documents, each read for all labels. */
export function labelPriors(sample: readonly TextReading[], labels: number): LabelPriors {
  const odds = new Float64Array(labels);
  const cosine = new Float64Array(labels);
  for (const document of sample) {
    for (let label = 0; label < labels; label++) {
      odds[label]! += boundedOdds(document.odds[label]!) / sample.length;
      cosine[label]! += document.cosine[label]! / sample.length;
    }
  }
  const usual = [...cosine];
  return {
    documents: Array.from(odds, () => sample.length),
    odds: [...odds],
    cosine: usual,
    ...(areMany(labels) && sample.length > 0 && { rest: restOdds(sample, usual) }),
  };
}

/** What speaks for one label of one document. */
export interface LabelEvidence {
  /** o: log-odds of entailment. */
  readonly odds: number;
  /** o − ō: the same less what is usual for the label. */
  readonly centred: number;
  /** k: how much more like the document this label is than the others, 0 being just as much. */
  readonly competition: number;
}

/**
 * The evidence for each label, [labels]: o, o − ō and k = s(c − c̄) − ln mean exp(s(c − c̄)), the mean over all labels: by
 * how much the label's cosine c, less what is usual for it, exceeds those of the others. Usual (ō, c̄) are the means over
 * unlabelled documents, drawn towards what is expected without any: n documents against `priorDocuments`, ō to `prior`,
 * c̄ to the mean of all labels. A sole label has k = 0.
 */
export function evidenceOf(
  weights: Pick<FusionWeights, 'sharpness' | 'prior' | 'priorDocuments'>,
  priors: LabelPriors,
  reading: TextReading,
): LabelEvidence[] {
  const usual = usualOf(weights, priors);
  const { length } = reading.odds;
  invariant(usual.odds.length === length && reading.cosine.length === length, `${length} labels are fused`);
  const sharp = new Float64Array(length);
  const level = compete(weights.sharpness, usual, reading.cosine, sharp);
  return Array.from(createTaker(priors)(reading), (own, label) => {
    const odds = boundedOdds(own);
    return { odds, centred: odds - usual.odds[label]!, competition: sharp[label]! - level };
  });
}

/**
 * One probability per label, [labels], from entailment and cosine: the logistic function of
 * bias + entailment · o + centred · (o − ō) + competition · k (see `evidenceOf`).
 *
 * 0.5 is where a suggestion is worth making, the best F1 on the sets that the coefficients were fitted on; it is not the
 * share of documents that have the label.
 */
export function fuse(weights: FusionWeights, priors: LabelPriors, reading: TextReading): Float32Array {
  const { length } = reading.odds;
  invariant(priors.odds.length === length && reading.cosine.length === length, `${length} labels are fused`);
  const probabilities = new Float32Array(length);
  createFuser(weights, priors)(reading, probabilities);
  return probabilities;
}

/** `fuse` for many documents: what depends on the labels alone is computed once. It writes to its second argument. */
export function createFuser(
  weights: FusionWeights,
  priors: LabelPriors,
): (reading: TextReading, probabilities: Float32Array) => void {
  const { bias, entailment, centred, competition, sharpness } = weights;
  const usual = usualOf(weights, priors);
  const sharp = new Float64Array(usual.odds.length);
  const take = createTaker(priors);
  return (reading, probabilities) => {
    const odds = take(reading);
    const level = compete(sharpness, usual, reading.cosine, sharp);
    for (let label = 0; label < sharp.length; label++) {
      const own = boundedOdds(odds[label]!);
      probabilities[label] = logistic(
        bias +
          entailment * own +
          centred * (own - usual.odds[label]!) +
          competition * (sharp[label]! - level),
      );
    }
  };
}

interface Usual {
  /** ō, [labels]. */
  readonly odds: Float64Array;
  /** c̄, [labels]. */
  readonly cosine: Float64Array;
}

function usualOf(
  { prior, priorDocuments }: Pick<FusionWeights, 'prior' | 'priorDocuments'>,
  { documents, odds, cosine }: LabelPriors,
): Usual {
  const trust = documents.map((count) => count / (count + priorDocuments));
  // A label that no document was read for tells nothing about cosines.
  const known = cosine.filter((_, label) => documents[label]! > 0);
  const overall = known.reduce((sum, x) => sum + x, 0) / Math.max(known.length, 1);
  return {
    odds: Float64Array.from(odds, (mean, label) => prior + trust[label]! * (mean - prior)),
    cosine: Float64Array.from(cosine, (mean, label) => overall + trust[label]! * (mean - overall)),
  };
}

/** Writes s(c − c̄) to `sharp`, [labels]; returns ln mean exp of it. */
function compete(sharpness: number, usual: Usual, cosine: Float32Array, sharp: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let label = 0; label < sharp.length; label++) {
    sharp[label] = sharpness * (cosine[label]! - usual.cosine[label]!);
    most = Math.max(most, sharp[label]!);
  }
  let sum = 0;
  for (const x of sharp) sum += Math.exp(x - most);
  return most + Math.log(sum / sharp.length);
}
