/**
 * What a family of models needs that its files do not say. A family that needs nothing is not here: graph, tokenizer and
 * config.json tell the rest, and whatever is made of a graph is compared with the model's own answers.
 */
interface Family {
  /** `model_type` in config.json. */
  readonly types: readonly string[];
  /** Positions count from the padding id + 1, so that the first ones are never used. */
  readonly offsetPositions?: true;
  /** Positions count from here, in a table that has so many rows more than config.json says. */
  readonly extraPositions?: number;
  /** Modules whose weights PyTorch stores [in, out] (Conv1D), unlike a Linear. */
  readonly inOutModules?: RegExp;
}

const FAMILIES: readonly Family[] = [
  {
    types: [
      'roberta',
      'roberta-prelayernorm',
      'xlm-roberta',
      'xlm-roberta-xl',
      'camembert',
      'longformer',
      'mpnet',
      'data2vec-text',
      'ibert',
      'luke',
      'xmod',
      'esm',
    ],
    offsetPositions: true,
  },
  { types: ['mra', 'nystromformer', 'yoso'], extraPositions: 2 },
  {
    types: ['gpt2', 'openai-gpt', 'imagegpt', 'decision_transformer'],
    inOutModules: /(^|\.)(c_attn|c_proj|c_fc|q_attn)$/,
  },
];

const familyOf = (modelType: string | null | undefined): Family | undefined =>
  FAMILIES.find(({ types }) => types.includes(modelType ?? ''));

/** Whether positions count from the padding id + 1. */
export const hasOffsetPositions = (modelType: string | null | undefined): boolean =>
  familyOf(modelType)?.offsetPositions === true;

/** The first position of a family whose table of positions is larger than config.json says; 0 for all others. */
export const extraPositions = (modelType: string | null | undefined): number =>
  familyOf(modelType)?.extraPositions ?? 0;

/** Whether PyTorch stores a module's matrix [in, out]. */
export const storesInOut = (modelType: string | null | undefined, module: string): boolean =>
  familyOf(modelType)?.inOutModules?.test(module) === true;
