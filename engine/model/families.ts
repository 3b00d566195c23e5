/**
 * What a family of models needs that its files do not say. A family that needs nothing is not here: graph, tokenizer and
 * config.json tell the rest, and whatever is made of a graph is compared with the model's own answers.
 */
interface Family {
  /** `model_type` in config.json. */
  readonly types: readonly string[];
  /** Positions count from the padding id + 1, so that the first ones are never used. */
  readonly offsetPositions?: true;
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
      'mra',
      'nystromformer',
      'esm',
    ],
    offsetPositions: true,
  },
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

/** Whether PyTorch stores a module's matrix [in, out]. */
export const storesInOut = (modelType: string | null | undefined, module: string): boolean =>
  familyOf(modelType)?.inOutModules?.test(module) === true;
