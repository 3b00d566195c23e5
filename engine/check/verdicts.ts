import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { entailHome } from '../files/home.ts';
import type { Graph, Model } from '../graph/graph.ts';
import type { Batch } from '../text/batches.ts';

/** Verdicts by what they are about, kept as small files in Entail's home. One that cannot be read or written is none. */
export interface Verdicts {
  find<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>;
  keep(key: string, verdict: unknown): Promise<void>;
}

const MOST_FILES = 200;

export function createVerdicts(dir?: string): Verdicts {
  const folder = () => dir ?? join(entailHome(), 'checks');
  const pathOf = (key: string) => join(folder(), `${key}.json`);
  return {
    async find(key, schema) {
      try {
        return schema.parse(JSON.parse(await readFile(pathOf(key), 'utf8')));
      } catch {
        return undefined;
      }
    },
    async keep(key, verdict) {
      try {
        await mkdir(folder(), { recursive: true });
        const staging = temporaryBeside(pathOf(key));
        await writeFile(staging, `${JSON.stringify(verdict)}\n`);
        await rename(staging, pathOf(key));
        await dropOldest(folder());
      } catch {
        // A full or read-only disk: the check is done again next time.
      }
    },
  };
}

async function dropOldest(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
  if (names.length <= MOST_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(dir, name))).mtimeMs })),
  );
  files.sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(MOST_FILES)) await rm(join(dir, name), { force: true });
}

/** Identifies a graph with its weights, the batches it is tried with, and how (`version`). */
export function keyOf(model: Model, batches: readonly Batch[], version: string): string {
  const hash = createHash('sha256').update(`${version}\n${model.opset}\n`);
  addGraph(hash, model.graph);
  for (const { inputIds, tokenTypeIds } of batches)
    hash.update(bytesOf(inputIds)).update(bytesOf(tokenTypeIds));
  return hash.digest('hex');
}

const bytesOf = ({ buffer, byteOffset, byteLength }: BigInt64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function addGraph(hash: Hash, { inputs, outputs, nodes, initializers }: Graph): void {
  hash.update(JSON.stringify([inputs, outputs]));
  for (const { op, domain, inputs: read, outputs: made, attributes } of nodes) {
    hash.update(JSON.stringify([op, domain, read, made]));
    for (const [key, attribute] of attributes) {
      hash.update(key);
      if (attribute.kind === 'graph') addGraph(hash, attribute.value);
      else if (attribute.kind === 'tensor') hash.update(attribute.value.bytes);
      else hash.update(JSON.stringify(attribute.value));
    }
  }
  for (const [name, { dtype, dims, bytes }] of initializers)
    hash.update(JSON.stringify([name, dtype, dims])).update(bytes);
}
