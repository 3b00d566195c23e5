import { invariant } from '../errors.ts';
import { type WordedLabel, wordingsOf } from './labelVector.ts';

/** The tokens of a text without those around it, as an encoder has them; of one without any, those around it. */
export interface TokenVectors {
  /** Of length 1 each, one after the other: [tokens][size]. */
  readonly vectors: Float32Array;
  /** How much each counts where it stands in a label, above 0: [tokens]. */
  readonly weights: Float32Array;
}

/** The tokens of all wordings of labels, and how much each says of its label. */
export interface LabelTokens {
  /** One after the other: [tokens][size]. */
  readonly vectors: Float32Array;
  readonly size: number;
  /** The shares of a label's tokens are 1 together: [tokens]. */
  readonly shares: Float32Array;
  /** The label that each is of: [tokens]. */
  readonly labelOf: Int32Array;
  readonly labels: number;
}

/**
 * The tokens of labels' wordings. Within a wording tokens count by their weights; kinds of wordings (name, description,
 * sentences) count the same, as in `labelVector`.
 */
export async function labelTokens(
  labels: readonly WordedLabel[],
  tokensOf: (texts: string[]) => Promise<readonly TokenVectors[]>,
): Promise<LabelTokens> {
  const wordings = labels.flatMap((label, place) => {
    const kinds = wordingsOf(label);
    return kinds.flatMap((kind) =>
      kind.map((text) => ({ text, place, share: 1 / (kind.length * kinds.length) })),
    );
  });
  const tokens = await tokensOf(wordings.map(({ text }) => text));
  const count = tokens.reduce((sum, { weights }) => sum + weights.length, 0);
  const size = tokens[0] ? tokens[0].vectors.length / tokens[0].weights.length : 0;
  const all = {
    vectors: new Float32Array(count * size),
    size,
    shares: new Float32Array(count),
    labelOf: new Int32Array(count),
    labels: labels.length,
  };
  let at = 0;
  for (const [i, { vectors, weights }] of tokens.entries()) {
    const { place, share } = wordings[i]!;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    all.vectors.set(vectors, at * size);
    for (const weight of weights) {
      all.shares[at] = (share * weight) / sum;
      all.labelOf[at] = place;
      at++;
    }
  }
  return all;
}

/**
 * How much a text is like each label, [labels]: the mean of `best`, the cosine of each token of the label with that token of
 * the text which it is most like. Late interaction (Khattab and Zaharia 2020, ColBERT), with weights of tokens and a mean
 * instead of a sum, so that labels of many words are not above others.
 *
 * best: [tokens of all labels].
 */
export function interactions(best: Float32Array, { shares, labelOf, labels }: LabelTokens): Float32Array {
  invariant(best.length === shares.length, `${shares.length} tokens of labels are compared`);
  const sums = new Float64Array(labels);
  for (let token = 0; token < best.length; token++) sums[labelOf[token]!]! += shares[token]! * best[token]!;
  return Float32Array.from(sums);
}
