import { invariant } from '../errors.ts';
import { classCount, type NliClasses } from './classes.ts';

/**
 * Label probability per pair.
 *
 * logits: [pairs, classes], row by row → [pairs], softmax over entailment and contradiction only (Yin et al. 2019, as
 * in the "multi_label" mode of the zero-shot pipeline); with two classes over entailment and not_entailment. A logit
 * that is not a number gives a probability that is none.
 */
export function labelProbabilities(logits: Float32Array, classes: NliClasses): Float32Array {
  return entailmentOdds(logits, classes).map(logistic);
}

/**
 * Log-odds of entailment per pair, of which `labelProbabilities` is the logistic function.
 *
 * logits: [pairs, classes], row by row → [pairs]: the logit of entailment less that of contradiction.
 */
export function entailmentOdds(logits: Float32Array, classes: NliClasses): Float32Array {
  const columns = classCount(classes);
  invariant(logits.length % columns === 0, `${logits.length} logits are rows of ${columns}`);
  return Float32Array.from({ length: logits.length / columns }, (_, pair) => {
    const entailment = logits[pair * columns + classes.entailment] as number;
    const contradiction = logits[pair * columns + classes.contradiction] as number;
    return entailment - contradiction;
  });
}

/** The logistic function 1 / (1 + e⁻ˣ). */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Log-odds beyond this say nothing more. */
const MOST = 8;

/** ln(p / (1 − p)), cut at ±8, where float32 probabilities of the model end. */
export function logOdds(probability: number): number {
  return boundedOdds(Math.log(probability) - Math.log1p(-probability));
}

/** Log-odds cut at ±8. */
export const boundedOdds = (odds: number): number => Math.min(MOST, Math.max(-MOST, odds));
