import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { BackendError } from '../../backend/errors.ts';
import { readJsonlRows } from '../../backend/importing/answerRows.ts';
import { lookAt, readDocuments } from '../../backend/importing/read.ts';
import { failureOf } from '../../backend/importing/reader/damaged.ts';
import { type ReaderInput, readerInput } from './readerInputs.ts';
import { wrongSentence } from './sentences.ts';
import type { Outcome } from './target.ts';

/**
 * `node readerChild.ts FOLDER`, with a channel on which numbers come: reads one damaged file after the other, as the reader
 * of the program does, with its limits; whoever started it ends it when it hangs. A line on standard output for each file.
 */
const folder = process.argv[2] ?? '.';
/** Microseconds of computing for a file of at most 300 KB. */
const SLOW = 5_000_000;

const WATCH = join(import.meta.dirname, '../../backend/importing/reader/watch.ts');
new Worker(WATCH, { workerData: process.ppid }).unref();
process.on('message', ([first, count]: [number, number]) => void readMany(first, count));
process.on('disconnect', () => process.exit());

async function readMany(first: number, count: number): Promise<void> {
  for (let number = first; number < first + count; number++) {
    const input = readerInput(number);
    const path = join(folder, `input${input.extension}`);
    writeFileSync(path, input.bytes);
    const outcome = await Promise.race([judged(path, input), ...(failsLate(input) ? [thrown()] : [])]);
    // What a library left running comes up now, not with the next file.
    if (failsLate(input)) for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    for (const name of EVENTS) process.removeAllListeners(name);
    // In one piece and at once: it has to be there when the next file ends this process.
    writeSync(1, `${JSON.stringify(outcome)}\n`);
  }
}

const isParquet = ({ extension }: ReaderInput) => extension === '.parquet';
/** Whether a library may fail behind our back, after its file too: the program reads no other file in such a process. */
const failsLate = ({ extension }: ReaderInput) => extension === '.parquet' || extension === '.pdf';

/** What such a library throws behind our back belongs to its file; of any other file it ends this process. */
function thrown(): Promise<Outcome> {
  return new Promise((resolve) => {
    for (const name of EVENTS) {
      process.removeAllListeners(name);
      process.on(name, () => resolve({ kind: 'contained: file_damaged' }));
    }
  });
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

async function judged(path: string, input: ReaderInput): Promise<Outcome> {
  const started = process.cpuUsage();
  let kind = 'read';
  let fault: string | undefined;
  const look = (sentence: string) => {
    fault ??= wrongSentence(sentence);
  };
  try {
    await read(path, input, look);
  } catch (error) {
    const { code, message, hint } = failureOf(path, error);
    kind = code;
    look(message);
    if (typeof hint === 'string') look(hint);
    // A library for Parquet may fail over a damaged file: that is told, and was expected.
    const expected = error instanceof BackendError || isParquet(input);
    if (!expected || (kind === 'file_damaged' && !isParquet(input))) {
      fault ??= `a raw error: ${error instanceof Error ? error.stack : String(error)}`;
    }
    if (kind === 'file_damaged') kind = 'told: file_damaged';
  }
  const { user, system } = process.cpuUsage(started);
  if (user + system > SLOW) fault ??= `it computed for ${((user + system) / 1e6).toFixed(1)} seconds`;
  if ('polluted' in {}) fault ??= 'the prototype of all objects was changed';
  return { kind, fault };
}

/** Rows are made ready for the channel between processes too, where not every value can cross. */
async function read(path: string, { options, way }: ReaderInput, look: (sentence: string) => void) {
  if (way === 'columns') {
    const { columns } = await lookAt(path, options);
    serialize(columns);
    return;
  }
  for await (const item of way === 'rows' ? readJsonlRows(path) : readDocuments(path, options)) {
    serialize(item);
    if ('problem' in item) look(item.problem.reason);
  }
}
