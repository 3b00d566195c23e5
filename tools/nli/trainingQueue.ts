import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { exclusively } from '../../backend/project/exclusive.ts';
import { EngineError } from '../../engine/errors.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/i, 'letters, digits, points and hyphens, starting with a letter or a digit');

const Schema = z.strictObject({
  name,
  /** Recipe, relative to this file. */
  recipe: z.string().min(1),
  /** Folder of the base model, relative to --bases; or "run:NAME", the model of an earlier run. */
  base: z.string().min(1),
  /** The same of the model whose embeddings are kept; default: the base. */
  teacher: z.string().min(1).optional(),
  snapshotEvery: z.int().positive(),
  /** So many of the last copies are averaged beside the final model. 0: none are. */
  average: z.int().min(0),
});

/** One run of the queue: a recipe on a base. */
export type QueuedRun = z.infer<typeof Schema>;

/** The runs of a folder of JSON files, in the order of the files' names. Throws `queue_invalid`. */
export function readQueue(dir: string): QueuedRun[] {
  const files = readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .sort();
  const runs = files.map((file) => readRun(join(dir, file)));
  for (const [index, run] of runs.entries()) {
    const earlier = runs.slice(0, index);
    if (earlier.some((other) => other.name === run.name))
      throw invalid(join(dir, files[index]!), `a run before it has the name "${run.name}" too`);
    for (const model of [run.base, run.teacher ?? run.base]) {
      const needed = /^run:(.*)$/.exec(model)?.[1];
      if (needed !== undefined && !earlier.some((other) => other.name === needed))
        throw invalid(join(dir, files[index]!), `no run before it has the name "${needed}"`);
    }
  }
  return runs.map((run) => ({ ...run, recipe: resolve(dir, run.recipe) }));
}

function readRun(path: string): QueuedRun {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('queue_invalid', `${path} cannot be read as JSON.`, undefined, cause);
  }
  const parsed = Schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalid(path, `field ${issue.path.join('.') || '(all)'}: ${issue.message}`);
}

const invalid = (path: string, why: string) => new EngineError('queue_invalid', `${path}: ${why}.`);

/** A step of a run: a tool with its arguments; done when it has written `result`. */
export interface QueuedStep {
  readonly tool: string;
  readonly args: readonly string[];
  readonly result: string;
}

/**
 * The steps of a run, each with the file that says that it is done: training, averaging the last copies, and for the
 * final model and the averaged one fitting the combination and measuring on parts that choose recipes.
 */
export function stepsOf(
  run: QueuedRun,
  { bases, out, snapshots }: { bases: string; out: string; snapshots: readonly string[] },
): QueuedStep[] {
  const dir = join(out, run.name);
  const modelOf = (given: string) => {
    if (given.startsWith('run:')) return finishedModel(join(out, given.slice('run:'.length)));
    return isAbsolute(given) ? given : join(bases, given);
  };
  const training: QueuedStep = {
    tool: 'train-nli.ts',
    args: [
      ...['--model', modelOf(run.base), '--recipe', run.recipe, '--out', dir],
      ...(run.teacher === undefined ? [] : ['--teacher', modelOf(run.teacher)]),
      ...[
        '--checkpoint-every',
        '50',
        '--snapshot-every',
        String(run.snapshotEvery),
        '--background',
        '--resume',
      ],
    ],
    result: join(dir, 'model', 'onnx', 'model.onnx'),
  };
  const averaged = run.average === 0 ? [] : snapshots.slice(-run.average);
  const averaging: QueuedStep = {
    tool: 'average-models.ts',
    args: ['--models', ...averaged, '--out', join(dir, 'averaged')],
    result: join(dir, 'averaged', 'onnx', 'model.onnx'),
  };
  const measuring = (kind: string): QueuedStep[] => [
    {
      tool: 'fit-combination.ts',
      args: ['--model', join(dir, kind)],
      result: join(dir, kind, 'entail.json'),
    },
    {
      tool: 'evaluate-zero-shot.ts',
      args: ['--model', join(dir, kind), '--part', 'train', '--texts', '100', '--json'],
      result: join(dir, `${kind}.train.json`),
    },
  ];
  return [
    training,
    ...measuring('model'),
    ...(averaged.length > 1 ? [averaging, ...measuring('averaged')] : []),
  ];
}

/** The averaged model of a run where there is one. */
function finishedModel(dir: string): string {
  const averaged = join(dir, 'averaged');
  return existsSync(join(averaged, 'onnx', 'model.onnx')) ? averaged : join(dir, 'model');
}

/** The copies of a run in the order of their steps. */
export function snapshotsOf(dir: string): string[] {
  const folder = join(dir, 'snapshots');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((step) => /^\d+$/.test(step))
    .sort((a, b) => Number(a) - Number(b))
    .map((step) => join(folder, step));
}

const KEPT = 'recipe.json';

/**
 * Keeps the recipe that a run began with in its folder. Throws `recipe_changed` when it goes on with another: only
 * `steps` may change, and only until the learning rate decays.
 */
export function keepRecipe(dir: string, recipe: string): void {
  mkdirSync(dir, { recursive: true });
  const kept = join(dir, KEPT);
  const text = readFileSync(recipe, 'utf8');
  const withoutSteps = (json: string) => JSON.stringify({ ...JSON.parse(json), steps: 0 });
  if (!existsSync(kept)) writeFileSync(kept, text);
  else if (withoutSteps(readFileSync(kept, 'utf8')) !== withoutSteps(text)) {
    const message = `${dir} was begun with another recipe than ${recipe} is now.`;
    throw new EngineError(
      'recipe_changed',
      message,
      'Give the new recipe a run of its own, with another name.',
    );
  }
}

/** Held while a queue works in a folder. */
export interface QueueLock {
  /** A process that works for the queue and may outlive it. */
  holdFor(child: number): void;
  release(): void;
}

/** One queue at a time works in a folder. Throws `queue_busy` while a process of the lock lives. */
export function lockQueue(out: string, pid: number = process.pid): QueueLock {
  mkdirSync(out, { recursive: true });
  const path = join(out, 'queue.lock');
  // Two that begin in one moment would both find nobody.
  const turn = exclusively(join(out, 'queue.lock.turn'));
  if (turn === null)
    throw new EngineError(
      'queue_busy',
      `Another queue begins in ${out} just now.`,
      'Wait for it or stop it.',
    );
  try {
    return holdLock(path, pid, out);
  } finally {
    turn.release();
  }
}

function holdLock(path: string, pid: number, out: string): QueueLock {
  const holders = existsSync(path) ? readFileSync(path, 'utf8').split(' ').map(Number) : [];
  const busy = holders.find(
    (holder) => Number.isSafeInteger(holder) && holder > 0 && holder !== pid && isAlive(holder),
  );
  if (busy !== undefined) {
    const message = `Process ${busy} works on the runs in ${out}.`;
    throw new EngineError(
      'queue_busy',
      message,
      `Wait for it or stop it; if it is another program, delete ${path}.`,
    );
  }
  const hold = (...pids: number[]) => writeFileSync(path, pids.join(' '));
  hold(pid);
  return { holdFor: (child) => hold(pid, child), release: () => rmSync(path, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
