import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MEMORY_MARK, READER_HEAP_MB } from '../../backend/importing/reader/limits.ts';
import { readerInput } from './readerInputs.ts';
import type { Found, FuzzTarget, Outcome } from './target.ts';

/**
 * Milliseconds of computing for one file: a library for Parquet may hang, of the others none may. By the clock it may take
 * much longer, since a long run has the lowest priority on a machine that others use.
 */
const PATIENCE = { parquet: 2000, other: 20_000 };
const BY_THE_CLOCK = 10;
/** Milliseconds more for a process to start. */
const STARTING = 10_000;
const LOOKED_AT = 250;
/** Files read by one process. */
const MOST = 20_000;
const CHILD = join(import.meta.dirname, 'readerChild.ts');

/** Processes at once: while one hangs the other reads. */
const LANES = 2;

/**
 * Damaged files for every reader, many in one process; it is ended from here when it hangs, and started again after the
 * file with which it ended.
 */
export function readers(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  const lanes = Array.from({ length: LANES }, (_, i) => {
    mkdirSync(join(folder, String(i)));
    return new Lane(join(folder, String(i)));
  });
  return {
    name: 'readers',
    async *run(first, count) {
      const each = Math.ceil(count / LANES);
      const parts = lanes.map((lane, i) => lane.run(first + i * each, Math.min(each, count - i * each)));
      let done = 0;
      try {
        for await (const found of merged(parts)) {
          done += 1;
          yield found;
        }
      } finally {
        // Who stops in the middle leaves answers that nobody waits for.
        if (done < count) for (const lane of lanes) lane.end();
      }
    },
    async close() {
      for (const lane of lanes) lane.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then((result) => ({ source, result }));
  const waiting = new Map(sources.map((source) => [source, next(source)]));
  while (waiting.size > 0) {
    const { source, result } = await Promise.race(waiting.values());
    if (result.done) waiting.delete(source);
    else {
      waiting.set(source, next(source));
      yield result.value;
    }
  }
}

/** One process after another, each for files from where the one before ended. */
class Lane {
  readonly #folder: string;
  #child: Child | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async *run(first: number, count: number): AsyncGenerator<Found> {
    const end = first + count;
    let next = first;
    while (next < end) {
      this.#child ??= new Child(this.#folder);
      const child = this.#child;
      child.ask(next, end - next);
      let why: string | undefined;
      while (next < end) {
        const answer = await child.answer(next);
        why = answer.ended;
        if (answer.ended !== undefined) break;
        yield found(next, answer.outcome);
        next += 1;
      }
      if (why !== undefined || child.asked > MOST) this.end();
      if (why === undefined) continue;
      if (isParquet(next)) yield { seed: next, kind: `contained: ${why}` };
      else if (count === 1) yield found(next, { kind: why, fault: `the reader ended: ${why}` });
      // Perhaps what a damaged file left running in a library: alone it has to be read.
      else
        for await (const alone of this.run(next, 1)) {
          yield alone.fault || child.mayFailLate
            ? alone
            : { ...alone, fault: `the reader ended once: ${why} (${child.last})` };
        }
      next += 1;
    }
  }

  end(): void {
    this.#child?.kill();
    this.#child = undefined;
  }
}

const LATE: ReadonlySet<string> = new Set(['.parquet', '.pdf']);

const isParquet = (number: number): boolean => readerInput(number).extension === '.parquet';

function found(number: number, outcome: Outcome): Found {
  if (outcome.fault === undefined) return { seed: number, ...outcome };
  const { extension, bytes } = readerInput(number);
  return { seed: number, ...outcome, input: { name: `readers-${number}${extension}`, bytes } };
}

type Answer =
  | { readonly outcome: Outcome; readonly ended?: undefined }
  /** The process ended, and why. */
  | { readonly ended: string };

/** A process that reads files, and what it said so far. */
class Child {
  asked = 0;
  /** How it ended, for who looks for the reason. */
  last = '';
  #answered = 0;
  /** Whether it was given a file whose library may fail after it. */
  mayFailLate = false;
  readonly #process: ChildProcess;
  readonly #waiting: Outcome[] = [];
  #ended: string | undefined;
  #wake: (() => void) | undefined;
  #slack = STARTING;

  constructor(folder: string) {
    const given = [`--max-old-space-size=${READER_HEAP_MB}`, '--disable-proto=delete', CHILD, folder];
    const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#process = child;
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors = (errors + String(chunk)).slice(-4000);
    });
    createInterface(child.stdout as Readable).on('line', (line) => {
      this.#waiting.push(JSON.parse(line) as Outcome);
      this.#wake?.();
    });
    child.once('close', (code) => {
      if (/ERR_MODULE_NOT_FOUND|ERR_UNSUPPORTED/.test(errors)) throw new Error(errors);
      const memory = errors.includes(MEMORY_MARK) || /heap out of memory|Zone/.test(errors);
      this.#ended ??= memory ? 'reading_memory' : code === null ? 'killed' : 'file_damaged';
      this.last = `exit code ${code}, after ${this.#answered} of ${this.asked}, ${errors.slice(-500) || 'nothing said'}`;
      this.#wake?.();
    });
  }

  ask(first: number, count: number): void {
    this.asked += count;
    // One that has just ended takes nothing more: that is told when it closes.
    this.#process.send([first, count], () => {});
  }

  /** What became of the file of that number, the next one. Ends the process when it does not get on. */
  async answer(number: number): Promise<Answer> {
    this.mayFailLate ||= LATE.has(readerInput(number).extension);
    const patience = this.#slack + (isParquet(number) ? PATIENCE.parquet : PATIENCE.other);
    const { pid } = this.#process;
    const before = { at: performance.now(), computed: computedBy(pid) };
    const timer = setInterval(() => {
      const passed = performance.now() - before.at;
      const computed = computedBy(pid);
      const most = computed === null ? patience : BY_THE_CLOCK * patience;
      if (passed < most && (computed ?? 0) - (before.computed ?? 0) < patience) return;
      this.#ended = 'reading_stalled';
      this.kill();
    }, LOOKED_AT);
    try {
      while (true) {
        const outcome = this.#waiting.shift();
        if (outcome) {
          this.#answered += 1;
          this.#slack = 0;
          return { outcome };
        }
        if (this.#ended !== undefined) return { ended: this.#ended };
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearInterval(timer);
    }
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

/** Milliseconds that a process computed so far, all threads together; null where the system does not say it so. */
function computedBy(pid: number | undefined): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // utime and stime in hundredths of a second (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return null;
  }
}
