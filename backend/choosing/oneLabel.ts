import type { ChoiceRequest } from '../../engine/index.ts';

/** With fewer examples a label's threshold means little: more examples are what it needs. */
const FEW = 3;

/**
 * The question which documents tell most of one label: near its threshold, where a decision moves what is learnt (Lewis and
 * Gale 1994); the likeliest first while hardly an example is known, for among rare ones chance finds none.
 */
export function aboutOneLabel(all: ChoiceRequest, label: number): ChoiceRequest {
  const column = (table: Float32Array): Float32Array =>
    Float32Array.from({ length: table.length / all.labels }, (_, row) => table[row * all.labels + label]!);
  const examples = all.accepted?.[label] ?? 0;
  return {
    ...all,
    strategy: 'margin',
    labels: 1,
    scores: column(all.scores),
    untaught: all.untaught && column(all.untaught),
    // Nearest to a threshold above all probabilities is the likeliest.
    thresholds: Float64Array.of(examples < FEW ? 1 - 1e-9 : (all.thresholds[label] ?? 0.5)),
    accepted: [examples],
    expectedCardinality: null,
  };
}
