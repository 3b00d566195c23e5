import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createVerdicts } from '../check/verdicts.ts';
import { EngineError } from '../errors.ts';
import { entailHome } from '../files/home.ts';
import { sha256Of } from '../files/sha256.ts';
import { outsideFiles } from '../onnx/outsideFiles.ts';
import { openModelFolder } from './folder.ts';

/** Which outputs of a model mean what, as a person said. */
export interface ChosenClasses {
  readonly entailment: number;
  readonly contradiction: number;
}

const Choice = z.object({ entailment: z.int().min(0).max(2), contradiction: z.int().min(0).max(2) });

const folder = () => join(entailHome(), 'classes');

/**
 * Remembers on this machine which outputs of a model mean entailment and contradiction, for a model whose config.json does
 * not name them. It goes with the model file's content, wherever that lies.
 *
 * Throws `labels_unmapped` for numbers that cannot be, and what `openModelFolder` throws.
 */
export async function rememberClasses(dir: string, classes: ChosenClasses): Promise<void> {
  const choice = Choice.safeParse(classes);
  if (!choice.success || choice.data.entailment === choice.data.contradiction) {
    throw new EngineError(
      'labels_unmapped',
      `Outputs ${classes.entailment} and ${classes.contradiction} cannot be entailment and contradiction.`,
      'Give two different outputs, counted from 0: entailment=1,contradiction=0.',
    );
  }
  const { onnxPath } = await openModelFolder(dir);
  await createVerdicts(folder()).keep(await digestOf(onnxPath), choice.data);
}

/** What was said about a model file, if anything was. */
export async function rememberedClasses(onnxPath: string): Promise<ChosenClasses | undefined> {
  return anythingSaid() ? classesOfFile(await digestOf(onnxPath)) : undefined;
}

/** The same by what `weightsDigest` gives. */
export async function classesOfFile(sha256: string): Promise<ChosenClasses | undefined> {
  return anythingSaid() ? createVerdicts(folder()).find(sha256, Choice) : undefined;
}

function anythingSaid(): boolean {
  try {
    return existsSync(folder());
  } catch {
    return false;
  }
}

/** Changes when something was said about any model. */
export function classesStamp(): number | null {
  try {
    return statSync(folder()).mtimeMs;
  } catch {
    return null;
  }
}

async function digestOf(path: string): Promise<string> {
  const own = await sha256Of(path);
  const outside: string[] = [];
  for (const name of outsideFiles(path)) {
    // One that is missing is told when the model is loaded.
    const digest = await sha256Of(join(dirname(path), name)).catch(() => undefined);
    if (digest !== undefined) outside.push(digest);
  }
  return weightsDigest(own, outside);
}

/**
 * Names weights by the SHA-256 of the model's file, in hexadecimal digits, and of the files beside it that hold weights of it
 * (`outsideFiles`): where there are such, the model's own file is the same for every model of its kind.
 */
export function weightsDigest(own: string, outside: readonly string[]): string {
  if (outside.length === 0) return own;
  return createHash('sha256')
    .update([own, ...outside].join('\n'))
    .digest('hex');
}
