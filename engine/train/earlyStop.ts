import type { Parameter } from '../optim/adamw.ts';

/** How the model did on held-out documents after an epoch. */
export interface Evaluation {
  readonly epoch: number;
  /** Optimizer steps done. */
  readonly step: number;
  /** Macro F1 at a threshold of 0.5, 0 to 1. */
  readonly macroF1: number;
}

/** The weights of the best epoch so far. */
export interface Best {
  readonly epoch: number;
  readonly values: readonly Float32Array[];
}

export interface EarlyStop {
  readonly evaluations: readonly Evaluation[];
  readonly best: Best | undefined;
  /** Notes an evaluation of the weights as they are. */
  note(evaluation: Evaluation): void;
  /** Whether the last `patience` epochs were no better, so that training should stop. */
  exhausted(): boolean;
  /** Puts the best epoch's weights back into the parameters; without an evaluation they stay. */
  restore(): void;
}

/**
 * Early stopping (Prechelt 1998): training ends after `patience` epochs without a better held-out F1, and the best
 * epoch's weights are kept. Of equally good epochs the first counts.
 */
export function createEarlyStop(
  parameters: readonly Parameter[],
  {
    patience,
    past,
  }: { patience: number; past?: { evaluations: readonly Evaluation[]; best: Best | undefined } },
): EarlyStop {
  const evaluations = [...(past?.evaluations ?? [])];
  let best = past?.best;
  const highest = () =>
    evaluations.find(({ epoch }) => epoch === best?.epoch)?.macroF1 ?? Number.NEGATIVE_INFINITY;
  return {
    evaluations,
    get best() {
      return best;
    },
    note(evaluation) {
      const better = evaluation.macroF1 > highest();
      evaluations.push(evaluation);
      if (better) best = { epoch: evaluation.epoch, values: parameters.map((p) => p.values.slice()) };
    },
    exhausted: () => evaluations.filter(({ epoch }) => epoch > (best?.epoch ?? 0)).length >= patience,
    restore() {
      best?.values.forEach((values, i) => {
        parameters[i]!.values.set(values);
      });
    },
  };
}
