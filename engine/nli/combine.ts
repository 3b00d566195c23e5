import { invariant } from '../errors.ts';
import { logistic, logOdds } from './probability.ts';

/** How entailment and likeness make one probability; fitted by tools/fit-combination.ts, stored with a model. */
export interface Combination {
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
}

/** Both readings of one document: a probability of entailment and a cosine per label. */
export interface TwoReadings {
  readonly entailment: Float32Array;
  readonly cosine: Float32Array;
}

/** What unlabelled documents tell about labels: means of both readings, [labels] each. */
export interface LabelStatistics {
  readonly documents: number;
  readonly entailment: readonly number[];
  readonly cosine: readonly number[];
}

/** The means of both readings over a sample of unlabelled documents. */
export function labelStatistics(sample: readonly TwoReadings[], labels: number): LabelStatistics {
  const entailment = new Float64Array(labels);
  const cosine = new Float64Array(labels);
  for (const document of sample) {
    for (let label = 0; label < labels; label++) {
      entailment[label]! += logOdds(document.entailment[label]!) / sample.length;
      cosine[label]! += document.cosine[label]! / sample.length;
    }
  }
  return { documents: sample.length, entailment: [...entailment], cosine: [...cosine] };
}

/** What speaks for one label of one document. */
export interface Evidence {
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
  { sharpness, prior, priorDocuments }: Pick<Combination, 'sharpness' | 'prior' | 'priorDocuments'>,
  statistics: LabelStatistics,
  { entailment, cosine }: TwoReadings,
): Evidence[] {
  const labels = entailment.length;
  invariant(statistics.cosine.length === labels && cosine.length === labels, `${labels} labels are combined`);
  const trust = statistics.documents / (statistics.documents + priorDocuments);
  const usual = statistics.cosine.reduce((sum, x) => sum + x, 0) / Math.max(labels, 1);
  const sharp = Float64Array.from(
    cosine,
    (c, label) => sharpness * (c - usual - trust * (statistics.cosine[label]! - usual)),
  );
  const most = sharp.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const level = most + Math.log(sharp.reduce((sum, x) => sum + Math.exp(x - most), 0) / labels);
  return Array.from(entailment, (probability, label) => {
    const odds = logOdds(probability);
    const mean = prior + trust * (statistics.entailment[label]! - prior);
    return { odds, centred: odds - mean, competition: sharp[label]! - level };
  });
}

/**
 * One probability per label, [labels], from entailment and cosine: the logistic function of
 * bias + entailment · o + centred · (o − ō) + competition · k (see `evidenceOf`).
 *
 * 0.5 is where a suggestion is worth making, the best F1 on the sets that the coefficients were fitted on; it is not the
 * share of documents that have the label.
 */
export function combine(
  combination: Combination,
  statistics: LabelStatistics,
  readings: TwoReadings,
): Float32Array {
  const evidence = evidenceOf(combination, statistics, readings);
  return Float32Array.from(evidence, ({ odds, centred, competition }) => {
    return logistic(
      combination.bias +
        combination.entailment * odds +
        combination.centred * centred +
        combination.competition * competition,
    );
  });
}
