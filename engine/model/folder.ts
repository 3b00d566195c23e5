import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EngineError, type EngineRemedy } from '../errors.ts';
import { insideModel } from '../files/inside.ts';
import { INTERACTION } from '../files/layout.ts';
import { outsideFiles } from '../onnx/outsideFiles.ts';
import { requireReadable } from '../onnx/read.ts';
import { type ModelConfig, readModelConfig } from './config.ts';
import { encoderFolder } from './encoderFolder.ts';

/** A model on disk, complete as far as its files tell. */
export interface ModelFolder {
  readonly dir: string;
  readonly onnxPath: string;
  readonly onnxBytes: number;
  readonly config: ModelConfig;
  /** The most tokens of a pair, special tokens included. */
  readonly maxLength: number;
}

const ONNX_PLACES = [join('onnx', 'model.onnx'), 'model.onnx'];

/**
 * Opens a model folder in the layout of the hub: config.json, tokenizer.json, onnx/model.onnx or model.onnx.
 *
 * Throws `model_folder_missing`, `model_file_missing`, `onnx_not_a_model`, `model_too_large`, `config_missing`, `config_broken` or
 * `model_link_outside`, each a sentence that names the file. The content of the model is not looked at beyond its first bytes.
 */
export async function openModelFolder(path: string): Promise<ModelFolder> {
  const dir = resolve(path);
  const info = await stat(dir).catch(() => null);
  if (info === null)
    throw missing('model_folder_missing', `${dir} does not exist.`, 'Choose the folder of a model.');
  if (!info.isDirectory())
    throw missing('model_folder_missing', `${dir} is not a folder.`, 'Choose the folder of a model.');

  const onnxPath = await findOnnx(dir);
  const onnxBytes = await checkOnnxStart(onnxPath);
  const config = await readModelConfig(dir);
  insideModel(dir, 'tokenizer.json');
  if (!(await isFile(join(dir, 'tokenizer.json')))) {
    const hint = 'Save it with a fast tokenizer: AutoTokenizer.from_pretrained(…).save_pretrained(folder).';
    throw missing('model_file_missing', `${dir} has no tokenizer.json.`, hint);
  }
  return { dir, onnxPath, onnxBytes, config, maxLength: config.maxLength };
}

/** What a loaded model was made of beside its graph, and what the graph may keep outside of its file. */
const READ_WITH = [
  ...['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'],
  INTERACTION,
];

/**
 * Changes when a file that loading reads is replaced: sizes and times of the model file, its outside data, the tokenizer's
 * and the configuration, also of an encoder of its own. Throws like `openModelFolder`.
 */
export async function modelStamp(dir: string): Promise<string> {
  return `${await stampOf(resolve(dir))}; ${await stampOfEncoder(dir)}`;
}

/** One that can't be loaded fails when it is asked for; the model itself may answer meanwhile. */
async function stampOfEncoder(dir: string): Promise<string> {
  try {
    const encoder = encoderFolder(dir);
    return encoder === null ? 'none' : await stampOf(encoder);
  } catch (error) {
    return String(error);
  }
}

async function stampOf(own: string): Promise<string> {
  const onnx = await findOnnx(own);
  const outside = outsideFiles(onnx).map((name) => join(dirname(onnx), name));
  const files = [onnx, ...outside, ...READ_WITH.map((name) => join(own, name))];
  const stamps = files.map(async (path) => {
    const info = await stat(path).catch(() => null);
    return info ? `${info.size} ${info.mtimeMs}` : '-';
  });
  return (await Promise.all(stamps)).join(', ');
}

async function findOnnx(dir: string): Promise<string> {
  for (const place of ONNX_PLACES) {
    const path = join(dir, place);
    if (!(await isFile(path))) continue;
    insideModel(dir, place);
    return path;
  }
  throw missing('model_file_missing', `${dir} has no model.onnx and no onnx/model.onnx.`, await hintFor(dir));
}

async function hintFor(dir: string): Promise<string | EngineRemedy> {
  const names = await readdir(dir).catch(() => []);
  const inside = await readdir(join(dir, 'onnx')).catch(() => []);
  const others = [...names, ...inside.map((name) => `onnx/${name}`)].filter((name) => name.endsWith('.onnx'));
  if (others.length > 0) return `It has ${others.slice(0, 3).join(', ')}: rename the one to use.`;
  if (names.some((name) => /^(model\.safetensors|pytorch_model\.bin)$/.test(name))) {
    return { code: 'export_to_onnx' };
  }
  return 'Choose the folder that holds the whole model.';
}

/** Looks at the first bytes for what is often mistaken for a model. Returns the file's size. */
async function checkOnnxStart(path: string): Promise<number> {
  const file = await open(path).catch((error: unknown) => {
    throw new EngineError('onnx_not_a_model', `${path} cannot be read.`, 'Check its permissions.', error);
  });
  try {
    const { size } = await file.stat();
    requireReadable(basename(path), size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    const looks = mistakenFor(buffer.subarray(0, bytesRead));
    if (looks !== null) throw new EngineError('onnx_not_a_model', `${path} ${looks.is}.`, looks.hint);
    return size;
  } finally {
    await file.close();
  }
}

function mistakenFor(start: Buffer): { is: string; hint: string } | null {
  const text = start.toString('latin1').trimStart();
  if (start.length === 0) return { is: 'is empty', hint: 'Get the file again.' };
  if (text.startsWith('version https://git-lfs')) {
    return {
      is: 'looks like a Git LFS pointer, not the model itself',
      hint: 'Run "git lfs pull" in its folder.',
    };
  }
  if (/^<(!doctype|html|\?xml|head|body)/i.test(text)) {
    return { is: 'looks like a web page, not a model', hint: 'Download the file itself.' };
  }
  // The file begins with a protobuf field, whose tag byte is not printable in any exporter's order.
  if (/^[\t\n\r\x20-\x7e]{16,}$/.test(start.toString('latin1'))) {
    return { is: 'looks like text, not a model', hint: 'Get the file again.' };
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() ?? false;
}

function missing(code: string, message: string, hint: string | EngineRemedy): EngineError {
  return new EngineError(code, message, hint);
}
