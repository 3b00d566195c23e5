import { z } from 'zod';

/**
 * The names of all weights that transformers' `…ForSequenceClassification` of a config.json has, as its own
 * `named_parameters()` lists them (tests/fixtures/families/make.py --names prints them); null for a family or a form of
 * one that is not known here. What a file lacks of them, transformers fills with random numbers, with a warning at most.
 */
export function parameterNames(config: unknown): readonly string[] | null {
  const parsed = Config.safeParse(config);
  if (!parsed.success) return null;
  const names = FAMILIES.get(parsed.data.model_type)?.(parsed.data) ?? null;
  return names && [...new Set(names)];
}

const flag = z.boolean().nullish();
const size = z.coerce.number().int().nonnegative().nullish();
const Config = z.looseObject({
  model_type: z.string(),
  num_hidden_layers: size,
  num_layers: size,
  num_decoder_layers: size,
  n_layers: size,
  n_layer: size,
  encoder_layers: size,
  decoder_layers: size,
  hidden_size: size,
  embedding_size: size,
  type_vocab_size: size,
  num_groups: size,
  num_hidden_groups: size,
  inner_group_num: size,
  conv_kernel_size: size,
  position_embedding_type: z.string().nullish(),
  feed_forward_proj: z.string().nullish(),
  norm_rel_ebd: z.string().nullish(),
  pos_att_type: z.union([z.string(), z.array(z.string())]).nullish(),
  relative_attention: flag,
  share_att_key: flag,
  position_biased_input: flag,
  attention_bias: flag,
  mlp_bias: flag,
  norm_bias: flag,
  classifier_bias: flag,
  add_cross_attention: flag,
});
type Config = z.infer<typeof Config>;

type Names = (config: Config) => string[] | null;

const both = (...modules: readonly string[]) => modules.flatMap((name) => [`${name}.weight`, `${name}.bias`]);
const weightOf = (name: string, bias: boolean) => (bias ? both(name) : [`${name}.weight`]);
/** `of` gives the names of one layer; null where the number of layers is not said. */
const repeated = (count: number | null | undefined, of: (layer: number) => string[]): string[] | null =>
  count ? Array.from({ length: count }, (_, layer) => of(layer)).flat() : null;
/** Nothing where a part is not known. */
const joined = (...parts: readonly (string[] | null)[]): string[] | null =>
  parts.every((part) => part !== null) ? parts.flat() : null;

const twoLayerHead = (at = 'classifier') => both(`${at}.dense`, `${at}.out_proj`);
const bertLayer = (at: string) =>
  both(
    ...['query', 'key', 'value'].map((name) => `${at}.attention.self.${name}`),
    ...['attention.output', 'output'].flatMap((name) => [`${at}.${name}.dense`, `${at}.${name}.LayerNorm`]),
    `${at}.intermediate.dense`,
  );

/** BERT and what is built alike; `more` are the weights outside the layers. */
const bertLike =
  (prefix: string, more: (config: Config) => string[], layer: (at: string) => string[] = bertLayer): Names =>
  (config) =>
    (config.position_embedding_type ?? 'absolute') !== 'absolute' || config.add_cross_attention
      ? null
      : joined(
          ['word', 'position', 'token_type'].map((name) => `${prefix}.embeddings.${name}_embeddings.weight`),
          both(`${prefix}.embeddings.LayerNorm`),
          repeated(config.num_hidden_layers, (n) => layer(`${prefix}.encoder.layer.${n}`)),
          more(config),
        );

const projected = (at: string, { embedding_size, hidden_size }: Config) =>
  embedding_size === hidden_size ? [] : both(at);

const convBertLayer = (at: string) => {
  const self = `${at}.attention.self`;
  return [
    ...bertLayer(at),
    ...both(`${self}.conv_kernel_layer`, `${self}.conv_out_layer`),
    ...['bias', 'depthwise.weight', 'pointwise.weight'].map((name) => `${self}.key_conv_attn_layer.${name}`),
  ];
};

const distilBert: Names = ({ n_layers }) =>
  joined(
    ['word', 'position'].map((name) => `distilbert.embeddings.${name}_embeddings.weight`),
    repeated(n_layers, (n) => {
      const at = `distilbert.transformer.layer.${n}`;
      return both(
        ...['q', 'k', 'v', 'out'].map((name) => `${at}.attention.${name}_lin`),
        ...['sa_layer_norm', 'ffn.lin1', 'ffn.lin2', 'output_layer_norm'].map((name) => `${at}.${name}`),
      );
    }),
    both('distilbert.embeddings.LayerNorm', 'pre_classifier', 'classifier'),
  );

const albert: Names = (config) =>
  joined(
    ['word', 'position', 'token_type'].map((name) => `albert.embeddings.${name}_embeddings.weight`),
    both('albert.embeddings.LayerNorm', 'albert.encoder.embedding_hidden_mapping_in'),
    repeated(config.num_hidden_groups ?? 1, (group) =>
      Array.from({ length: config.inner_group_num ?? 1 }, (_, n) => {
        const at = `albert.encoder.albert_layer_groups.${group}.albert_layers.${n}`;
        const own = ['query', 'key', 'value', 'dense', 'LayerNorm'].map((name) => `attention.${name}`);
        return both(...[...own, 'full_layer_layer_norm', 'ffn', 'ffn_output'].map((name) => `${at}.${name}`));
      }).flat(),
    ),
    both('albert.pooler', 'classifier'),
  );

const mpnet: Names = ({ num_hidden_layers }) =>
  joined(
    ['word', 'position'].map((name) => `mpnet.embeddings.${name}_embeddings.weight`),
    repeated(num_hidden_layers, (n) => {
      const at = `mpnet.encoder.layer.${n}`;
      return both(
        ...['q', 'k', 'v', 'o'].map((name) => `${at}.attention.attn.${name}`),
        ...['attention.LayerNorm', 'intermediate.dense', 'output.dense', 'output.LayerNorm'].map(
          (name) => `${at}.${name}`,
        ),
      );
    }),
    both('mpnet.embeddings.LayerNorm'),
    ['mpnet.encoder.relative_attention_bias.weight'],
    twoLayerHead(),
  );

const debertaV2: Names = (config) => {
  const relative = config.relative_attention === true;
  const kinds = [config.pos_att_type ?? []].flat().flatMap((kinds) => kinds.split('|'));
  const own = relative && config.share_att_key !== true;
  return joined(
    ['deberta.embeddings.word_embeddings.weight'],
    config.position_biased_input === false ? [] : ['deberta.embeddings.position_embeddings.weight'],
    config.type_vocab_size ? ['deberta.embeddings.token_type_embeddings.weight'] : [],
    (config.embedding_size ?? config.hidden_size) === config.hidden_size
      ? []
      : ['deberta.embeddings.embed_proj.weight'],
    repeated(config.num_hidden_layers, (n) => {
      const at = `deberta.encoder.layer.${n}`;
      const self = ['query_proj', 'key_proj', 'value_proj']
        .concat(own && kinds.includes('c2p') ? 'pos_key_proj' : [])
        .concat(own && kinds.includes('p2c') ? 'pos_query_proj' : []);
      return both(
        ...self.map((name) => `${at}.attention.self.${name}`),
        ...['attention.output', 'output'].flatMap((name) => [
          `${at}.${name}.dense`,
          `${at}.${name}.LayerNorm`,
        ]),
        `${at}.intermediate.dense`,
      );
    }),
    relative ? ['deberta.encoder.rel_embeddings.weight'] : [],
    (config.norm_rel_ebd ?? 'none').includes('layer_norm') ? both('deberta.encoder.LayerNorm') : [],
    config.conv_kernel_size ? both('deberta.encoder.conv.conv', 'deberta.encoder.conv.LayerNorm') : [],
    both('deberta.embeddings.LayerNorm', 'pooler.dense', 'classifier'),
  );
};

const modernBert: Names = (config) => {
  const norm = (name: string) => weightOf(name, config.norm_bias === true);
  return joined(
    ['model.embeddings.tok_embeddings.weight'],
    ...['model.embeddings.norm', 'model.final_norm', 'head.norm'].map(norm),
    repeated(config.num_hidden_layers, (n) => {
      const at = `model.layers.${n}`;
      return [
        ...(n === 0 ? [] : norm(`${at}.attn_norm`)),
        ...norm(`${at}.mlp_norm`),
        ...['attn.Wqkv', 'attn.Wo'].flatMap((name) =>
          weightOf(`${at}.${name}`, config.attention_bias === true),
        ),
        ...['mlp.Wi', 'mlp.Wo'].flatMap((name) => weightOf(`${at}.${name}`, config.mlp_bias === true)),
      ];
    }),
    weightOf('head.dense', config.classifier_bias === true),
    both('classifier'),
  );
};

const gpt2: Names = ({ n_layer, add_cross_attention }) =>
  add_cross_attention
    ? null
    : joined(
        ['transformer.wte.weight', 'transformer.wpe.weight', 'score.weight'],
        repeated(n_layer, (n) =>
          both(
            ...['ln_1', 'attn.c_attn', 'attn.c_proj', 'ln_2', 'mlp.c_fc', 'mlp.c_proj'].map(
              (name) => `transformer.h.${n}.${name}`,
            ),
          ),
        ),
        both('transformer.ln_f'),
      );

/** Llama and what is built alike; `biased` says which projections have a bias, `norms` what more each layer has. */
const llamaLike =
  (
    biased: (config: Config) => { qkv: boolean; o: boolean; mlp: boolean },
    norms: readonly string[] = [],
  ): Names =>
  (config) => {
    const { qkv, o, mlp } = biased(config);
    return joined(
      ['model.embed_tokens.weight', 'model.norm.weight', 'score.weight'],
      repeated(config.num_hidden_layers, (n) => {
        const at = `model.layers.${n}`;
        return [
          ...['q', 'k', 'v'].flatMap((name) => weightOf(`${at}.self_attn.${name}_proj`, qkv)),
          ...weightOf(`${at}.self_attn.o_proj`, o),
          ...['gate', 'up', 'down'].flatMap((name) => weightOf(`${at}.mlp.${name}_proj`, mlp)),
          ...['input_layernorm', 'post_attention_layernorm', ...norms].map((name) => `${at}.${name}.weight`),
        ];
      }),
    );
  };
const allBiased = ({ attention_bias, mlp_bias }: Config) => {
  const attention = attention_bias === true;
  return { qkv: attention, o: attention, mlp: mlp_bias === true };
};

const bart: Names = (config) => {
  const attention = (at: string) => both(...['q', 'k', 'v', 'out'].map((name) => `${at}.${name}_proj`));
  const layer = (at: string, kinds: readonly string[]) => [
    ...kinds.flatMap((kind) => [...attention(`${at}.${kind}`), ...both(`${at}.${kind}_layer_norm`)]),
    ...both(`${at}.fc1`, `${at}.fc2`, `${at}.final_layer_norm`),
  ];
  return joined(
    ['model.shared.weight'],
    ...['encoder', 'decoder'].flatMap((side) => [
      [`model.${side}.embed_positions.weight`],
      both(`model.${side}.layernorm_embedding`),
    ]),
    repeated(config.encoder_layers, (n) => layer(`model.encoder.layers.${n}`, ['self_attn'])),
    repeated(config.decoder_layers, (n) => layer(`model.decoder.layers.${n}`, ['self_attn', 'encoder_attn'])),
    twoLayerHead('classification_head'),
  );
};

const t5: Names = (config) => {
  const gated = (config.feed_forward_proj ?? 'relu').startsWith('gated');
  const block = (at: string, kinds: readonly string[]) => [
    ...kinds.flatMap((kind, n) => [
      ...['q', 'k', 'v', 'o'].map((name) => `${at}.layer.${n}.${kind}.${name}.weight`),
      `${at}.layer.${n}.layer_norm.weight`,
    ]),
    ...[...(gated ? ['wi_0', 'wi_1'] : ['wi']), 'wo'].map(
      (name) => `${at}.layer.${kinds.length}.DenseReluDense.${name}.weight`,
    ),
    `${at}.layer.${kinds.length}.layer_norm.weight`,
  ];
  const side = (name: string, layers: number | null | undefined, kinds: readonly string[]) =>
    joined(
      repeated(layers, (n) => block(`transformer.${name}.block.${n}`, kinds)),
      [`transformer.${name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`],
      [`transformer.${name}.final_layer_norm.weight`],
    );
  return joined(
    ['transformer.shared.weight'],
    side('encoder', config.num_layers, ['SelfAttention']),
    side('decoder', config.num_decoder_layers ?? config.num_layers, ['SelfAttention', 'EncDecAttention']),
    twoLayerHead('classification_head'),
  );
};

const roberta = bertLike('roberta', () => twoLayerHead());
const FAMILIES: ReadonlyMap<string, Names> = new Map([
  ['bert', bertLike('bert', () => both('bert.pooler.dense', 'classifier'))],
  ['roberta', roberta],
  ['xlm-roberta', roberta],
  ['camembert', roberta],
  [
    'electra',
    bertLike('electra', (config) => [...projected('electra.embeddings_project', config), ...twoLayerHead()]),
  ],
  [
    'convbert',
    (config) =>
      config.num_groups !== 1 && config.num_groups != null
        ? null
        : bertLike(
            'convbert',
            (own) => [...projected('convbert.embeddings_project', own), ...twoLayerHead()],
            convBertLayer,
          )(config),
  ],
  ['distilbert', distilBert],
  ['albert', albert],
  ['mpnet', mpnet],
  ['deberta-v2', debertaV2],
  ['modernbert', modernBert],
  ['gpt2', gpt2],
  ['llama', llamaLike(allBiased)],
  ['mistral', llamaLike(() => ({ qkv: false, o: false, mlp: false }))],
  ['qwen2', llamaLike(() => ({ qkv: true, o: false, mlp: false }))],
  [
    'qwen3',
    llamaLike((config) => ({ ...allBiased(config), mlp: false }), ['self_attn.q_norm', 'self_attn.k_norm']),
  ],
  ['bart', bart],
  ['t5', t5],
]);
