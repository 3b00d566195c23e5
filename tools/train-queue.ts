import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { EngineError } from '../engine/errors.ts';
import { runTool } from './nli/tool.ts';
import {
  keepRecipe,
  lockQueue,
  type QueuedStep,
  type QueueLock,
  readQueue,
  snapshotsOf,
  stepsOf,
} from './nli/trainingQueue.ts';

interface Options {
  readonly queue: string;
  readonly bases: string;
  readonly out: string;
}

const program = new Command('train-queue')
  .description(
    'does the runs of a folder one after another, each from where it was; for many hours beside other work',
  )
  .option(
    '--queue <dir>',
    'folder of runs (JSON), done in the order of their names',
    join(import.meta.dirname, 'recipes', 'queue'),
  )
  .requiredOption('--bases <dir>', 'folder of base models (make-base)')
  .requiredOption('--out <dir>', 'a folder per run: checkpoint, log, copies, models, reports')
  .action(run);

const stop = new AbortController();

/** The data are in ENTAIL_DATA. Everything is done at the lowest priority. */
async function run({ queue, bases, out }: Options): Promise<void> {
  const runs = readQueue(queue);
  const lock = lockQueue(out);
  // Threads and processes started from here on inherit it.
  setPriority(constants.priority.PRIORITY_LOW);
  lowerGroup();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    for (const one of runs) {
      const dir = join(out, one.name);
      keepRecipe(dir, one.recipe);
      const done = new Set<string>();
      // Which copies there are is known after the training, so the steps are asked for anew after each.
      for (;;) {
        const steps = stepsOf(one, { bases, out, snapshots: snapshotsOf(dir) });
        const next = steps.find(({ result }) => !existsSync(result));
        if (next === undefined) break;
        if (done.has(next.result))
          throw new EngineError('queue_stuck', `${next.tool} wrote no ${next.result}.`);
        process.stderr.write(`${one.name}: ${next.tool}\n`);
        await perform(next, { log: join(dir, 'output.log'), lock });
        done.add(next.result);
      }
      process.stderr.write(`${one.name}: done\n`);
    }
  } finally {
    lock.release();
  }
}

/** Linux shares processors out among sessions first: in one of its own, the priority of a process alone gives nothing up. */
function lowerGroup(): void {
  try {
    writeFileSync('/proc/self/autogroup', '19');
  } catch {
    // Other systems, and a Linux that does not group, have no such file.
  }
}

/** What the tool prints becomes its result where it writes none itself. */
async function perform(
  { tool, args, result }: QueuedStep,
  { log, lock }: { log: string; lock: QueueLock },
): Promise<void> {
  const printed = `${result}.partial`;
  const printing = args.includes('--json');
  const errors = openSync(log, 'a');
  const output = printing ? openSync(printed, 'w') : errors;
  const child = spawn(process.execPath, [join(import.meta.dirname, tool), ...args], {
    stdio: ['ignore', output, errors],
  });
  if (child.pid !== undefined) lock.holdFor(child.pid);
  const end = () => child.kill('SIGTERM');
  stop.signal.addEventListener('abort', end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  stop.signal.removeEventListener('abort', end);
  closeSync(errors);
  if (printing) closeSync(output);
  if (stop.signal.aborted)
    throw new EngineError('cancelled', 'The queue was stopped.', 'Start it again to go on.');
  if (code !== 0)
    throw new EngineError('step_failed', `${tool} failed.`, `What it said is at the end of ${log}.`);
  if (printing) renameSync(printed, result);
}

await runTool(program);
