import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { entailHome } from '../files/home.ts';
import type { SelfTest } from './selfTest.ts';

/** 8-bit models with their verdicts, by the hash of the float32 model. `model` absent: float32 is better here. */
export interface Int8Cache {
  keyOf(model: Uint8Array): string;
  find(key: string): Promise<{ readonly model: Uint8Array | undefined } | undefined>;
  keep(
    key: string,
    verdict: { readonly test: SelfTest; readonly model: Uint8Array | undefined },
  ): Promise<void>;
}

/** Changes when the 8-bit model is made in another way, so that old files are not used. */
const VERSION = 5;
/** Every fine-tuned run has a file of its own: only the newest are kept. */
const MOST_MODELS = 4;

const Verdict = z.object({
  version: z.literal(VERSION),
  processor: z.string(),
  sha256: z.string().nullable(),
  test: z.object({
    largestDifference: z.number(),
    meanDifference: z.number(),
    floatMs: z.number(),
    quantizedMs: z.number(),
  }),
});

/**
 * Files below `<home>/int8`. A file that is missing, broken, of another version or from another processor is none; a
 * cache that cannot be written is no failure, the test is then done again next time.
 */
export function createInt8Cache(
  options: { readonly dir?: string | undefined; readonly processor?: string } = {},
): Int8Cache {
  const { dir = defaultDir(), processor = cpus()[0]?.model ?? 'unknown' } = options;
  const verdictPath = (key: string) => join(dir ?? '', `${key}.json`);
  const modelPath = (key: string) => join(dir ?? '', `${key}.onnx`);
  return {
    keyOf: (model) => sha256(model),
    async find(key) {
      if (dir === undefined) return undefined;
      const text = await readFile(verdictPath(key), 'utf8').catch(() => undefined);
      const verdict = text === undefined ? undefined : parse(text);
      if (verdict?.processor !== processor) return undefined;
      if (verdict.sha256 === null) return { model: undefined };
      const model = await readFile(modelPath(key)).catch(() => undefined);
      return model && sha256(model) === verdict.sha256 ? { model } : undefined;
    },
    async keep(key, { test, model }) {
      if (dir === undefined) return;
      const verdict = { version: VERSION, processor, sha256: model ? sha256(model) : null, test };
      try {
        await mkdir(dir, { recursive: true });
        if (model) await publish(modelPath(key), model);
        await publish(verdictPath(key), `${JSON.stringify(verdict)}\n`);
        await dropOldest(dir);
      } catch {
        // A full or read-only disk: suggesting goes on without the cache.
      }
    },
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function defaultDir(): string | undefined {
  try {
    return join(entailHome(), 'int8');
  } catch {
    return undefined;
  }
}

function parse(text: string): z.infer<typeof Verdict> | undefined {
  try {
    return Verdict.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whole or not at all: another process may read at the same time. */
async function publish(path: string, content: Uint8Array | string): Promise<void> {
  const staging = temporaryBeside(path);
  await writeFile(staging, content);
  await rename(staging, path);
}

async function dropOldest(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.onnx'));
  const files = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(dir, name))).mtimeMs })),
  );
  files.sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(MOST_MODELS)) await rm(join(dir, name), { force: true });
}
