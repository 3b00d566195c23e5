import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { insideModel } from '../files/inside.ts';
import { nestsTooDeep } from '../files/nesting.ts';
import { wrongField } from '../files/wrongField.ts';
import { extraPositions, hasOffsetPositions } from './families.ts';

/** What config.json and tokenizer_config.json say of a classifier. */
export interface ModelConfig {
  readonly modelType: string;
  /** Names of the outputs in order; empty when the file does not name them. Nothing is guessed here. */
  readonly labels: readonly string[];
  readonly hiddenSize: number | null;
  readonly layers: number | null;
  readonly vocabularySize: number | null;
  readonly padTokenId: number | null;
  /** The most tokens of a pair, special tokens included. */
  readonly maxLength: number;
  /** Whether the model tells premise and hypothesis apart by token types. */
  readonly tokenTypes: number | null;
  /** The position of the first token, where positions are fed. */
  readonly firstPosition: number;
}

/** For models without a limit of their own, as in BERT. */
const DEFAULT_MAX_LENGTH = 512;
/** Tokenizers write 1e30 for "no limit". */
const UNLIMITED = 1_000_000;
const MAX_BYTES = 16 * 1024 * 1024;

const count = z.int().positive().nullish();
const ConfigSchema = z.looseObject({
  model_type: z.string().max(200).nullish(),
  id2label: z.record(z.string(), z.union([z.string().max(1000), z.number()])).nullish(),
  label2id: z
    .record(z.string().max(1000), z.union([z.int(), z.string()]))
    .nullish()
    .catch(undefined),
  hidden_size: count,
  dim: count,
  d_model: count,
  num_hidden_layers: count,
  n_layers: count,
  vocab_size: count,
  type_vocab_size: z.int().nonnegative().nullish(),
  max_position_embeddings: z.int().nullish(),
  n_positions: z.int().nullish(),
  pad_token_id: z.int().nonnegative().nullish(),
});
const TokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });

/**
 * Reads config.json, and tokenizer_config.json where there is one.
 *
 * Throws `config_missing`, `config_broken` or `model_link_outside`, naming the file and field.
 */
export async function readModelConfig(dir: string): Promise<ModelConfig> {
  const config = await readJson(dir, 'config.json', ConfigSchema);
  if (config === null) {
    throw new EngineError(
      'config_missing',
      `${dir} has no config.json.`,
      'Choose the folder that holds the whole model.',
    );
  }
  const tokenizer = await readJson(dir, 'tokenizer_config.json', TokenizerConfigSchema);
  return {
    modelType: config.model_type ?? 'unknown',
    labels: namesOf(config, join(dir, 'config.json')),
    hiddenSize: config.hidden_size ?? config.dim ?? config.d_model ?? null,
    layers: config.num_hidden_layers ?? config.n_layers ?? null,
    vocabularySize: config.vocab_size ?? null,
    padTokenId: config.pad_token_id ?? null,
    maxLength: maxLengthOf(config, tokenizer?.model_max_length ?? null, join(dir, 'config.json')),
    tokenTypes: config.type_vocab_size ?? null,
    firstPosition: unusedPositions(config) + extraPositions(config.model_type),
  };
}

/** The names under id2label; where that says nothing (LABEL_0), those under label2id if they number the same outputs. */
function namesOf({ id2label, label2id }: z.infer<typeof ConfigSchema>, path: string): string[] {
  const names = labelsOf(id2label ?? {}, path);
  const turned = Object.entries(label2id ?? {}).map(([label, id]) => [String(id), label] as const);
  const numbered = turned.every((_, index) => turned.some(([id]) => id === String(index)));
  const isNamed = names.some((name) => !/^label_?\d+$/i.test(name));
  if (isNamed || turned.length === 0 || !numbered) return names;
  return names.length === 0 || names.length === turned.length
    ? labelsOf(Object.fromEntries(turned), path)
    : names;
}

/** The names under id2label by their numbers. */
function labelsOf(id2label: Readonly<Record<string, string | number>>, path: string): string[] {
  const count = Object.keys(id2label).length;
  return Array.from({ length: count }, (_, index) => {
    const label = Object.hasOwn(id2label, String(index)) ? id2label[String(index)] : undefined;
    if (label === undefined)
      throw broken(path, `id2label does not number its ${count} labels from 0 to ${count - 1}`);
    return String(label);
  });
}

/** The smaller of what the positions and the tokenizer allow. */
function maxLengthOf(
  config: z.infer<typeof ConfigSchema>,
  tokenizerLimit: number | null,
  path: string,
): number {
  const limits: number[] = [];
  const positions = config.max_position_embeddings ?? config.n_positions ?? null;
  if (positions !== null && positions > 0) {
    limits.push(positions - unusedPositions(config));
  }
  if (tokenizerLimit !== null && tokenizerLimit < UNLIMITED) limits.push(Math.floor(tokenizerLimit));
  const maxLength = limits.length === 0 ? DEFAULT_MAX_LENGTH : Math.min(...limits);
  if (maxLength < 4) throw broken(path, `the model reads only ${maxLength} tokens`);
  return maxLength;
}

const unusedPositions = (config: z.infer<typeof ConfigSchema>): number =>
  hasOffsetPositions(config.model_type) ? (config.pad_token_id ?? 1) + 1 : 0;

async function readJson<T>(dir: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const path = join(dir, name);
  const real = insideModel(dir, name);
  if (real === null) return null;
  let bytes: Buffer;
  try {
    const info = await stat(real);
    if (!info.isFile()) throw broken(path, 'it is no file');
    if (info.size > MAX_BYTES) throw broken(path, 'it is larger than 16 MB');
    bytes = await readFile(real);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new EngineError('config_broken', `${path} cannot be read.`, 'Check its permissions.', error);
  }
  if (nestsTooDeep(bytes)) throw broken(path, 'its brackets nest more than 200 deep');
  const parsed = schema.safeParse(parse(bytes, path));
  if (parsed.success) return parsed.data;
  throw broken(path, wrongField(parsed.error));
}

function parse(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new EngineError('config_broken', `${path} is not JSON.`, 'Get the file again.', error);
  }
}

function broken(path: string, reason: string): EngineError {
  return new EngineError('config_broken', `${path} cannot be used: ${reason}.`, 'Get the file again.');
}
