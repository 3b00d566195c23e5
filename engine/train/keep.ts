import { toFloat32 } from '../graph/tensor.ts';
import type { PreparedModel } from '../model/prepare.ts';

/** Trained numbers by name: adapters and full weights. */
type Values = ReadonlyMap<string, Float32Array>;

/**
 * Weights between a model as it was (`keep` of 1) and as it was trained (0): (1 − keep) · trained + keep · base, the
 * weight-space ensemble of Wortsman et al. 2022 ("Robust fine-tuning of zero-shot models"). Of adapters B is scaled, with
 * which their product is.
 */
export function keepBase({ model }: PreparedModel, values: Values, keep: number): Values {
  if (keep === 0) return values;
  const share = 1 - keep;
  return new Map(
    [...values].map(([name, trained]) => {
      const base = model.graph.initializers.get(name);
      if (!base) return [name, name.endsWith('.lora_B') ? trained.map((x) => share * x) : trained];
      const before = toFloat32(base);
      return [name, trained.map((x, i) => share * x + keep * before[i]!)];
    }),
  );
}
