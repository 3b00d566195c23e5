import { basename, join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { endNow } from '../../../process/endNow.ts';
import { beginProcess, processLog } from '../../../process/last.ts';
import { parentNumber } from '../../../process/orphan.ts';
import { BackendError } from '../../errors.ts';
import { readJsonlRows } from '../answerRows.ts';
import type { ContainerFormat, ImportFormat } from '../format.ts';
import { labelsOf } from '../foundLabels.ts';
import { lookAt, readDocuments } from '../read.ts';
import { failureOf } from './damaged.ts';
import type { FromReader, LookAnswer, ReaderRow, ReadRequest, ToReader } from './messages.ts';
import { sizeOf } from './size.ts';

const ROWS = 500;
/** UTF-16 units. */
const BATCH_UNITS = 2 * 1024 * 1024;
/** Batches on their way that nobody took yet. */
const AHEAD = 2;
/** Milliseconds between two words on how far it is. */
const PROGRESS_MS = 200;

// A process of its own under Node; in Electron, whose executable is no Node, a thread.
const port = parentPort;
const send = (message: FromReader): void => {
  if (port) port.postMessage(message);
  else process.send?.(message);
};

let onWay = 0;
let wake: (() => void) | undefined;
let current: ReadRequest | undefined;

function receive(message: ToReader): void {
  if (message.type === 'taken') {
    onWay -= 1;
    wake?.();
  } else {
    current = message;
    onWay = 0;
    answer(message).then(
      () => send({ type: 'done', ...reusable() }),
      (error: unknown) => failed(error, error instanceof BackendError ? reusable() : {}),
    );
  }
}

/**
 * Whether all that was read is read by our own code. What a library left running would come up with the next file, and be
 * laid at its door: a PDF that was read to its end may still fail a moment later.
 */
let ownOnly = true;

const reusable = () => (ownOnly ? { rss: process.memoryUsage.rss() } : {});

function failed(error: unknown, again: { readonly rss?: number } = {}): void {
  if (!(error instanceof BackendError)) processLog().error('reading-failed', error);
  send({ type: 'failed', failure: failureOf(current?.path ?? '', error), ...again });
}

async function answer({ kind, path, options }: ReadRequest): Promise<void> {
  let last = 0;
  const onBytes = (read: number, total: number) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS && read < total) return;
    last = now;
    send({ type: 'bytes', read, total });
  };
  if (kind === 'look') send({ type: 'look', look: await look(path, options) });
  else if (kind === 'rows') await stream(readJsonlRows(path));
  else if (kind === 'labels') await labels(path, options);
  else await stream(readDocuments(path, { ...options, onBytes }, heard));
}

function heard(format: ImportFormat | ContainerFormat): void {
  if ('entries' in format || format.binary) ownOnly = false;
}

async function labels(path: string, options: ReadRequest['options']): Promise<void> {
  let count = 0;
  let last = performance.now();
  const alive = () => {
    if (++count % ROWS !== 0 || performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    send({ type: 'alive' });
  };
  const { names, numbers, meets } = await labelsOf(readDocuments(path, options, heard), basename(path), {
    onItem: alive,
    checkIds: options.checkIds,
  });
  send({ type: 'labels', names: [...names], numbers: [...numbers], meets });
}

async function look(path: string, options: ReadRequest['options']): Promise<LookAnswer> {
  const { format, ...found } = await lookAt(path, options);
  return { ...found, format: format.id };
}

async function stream(rows: AsyncIterable<ReaderRow>): Promise<void> {
  let batch: ReaderRow[] = [];
  let units = 0;
  const flush = async () => {
    while (onWay >= AHEAD) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    onWay += 1;
    send({ type: 'batch', rows: batch });
    batch = [];
    units = 0;
  };
  for await (const row of rows) {
    batch.push(row);
    units += sizeOf(row);
    if (batch.length >= ROWS || units >= BATCH_UNITS) await flush();
  }
  if (batch.length > 0) await flush();
}

if (port) {
  port.on('message', receive);
} else {
  process.on('message', receive);
  process.on('disconnect', endNow);
  // What a library does behind our back belongs to the file that is read.
  const end = (error: unknown) => {
    failed(error);
    setTimeout(() => process.exit(1), 50);
  };
  beginProcess('reader', { exception: end, rejection: end });
  if (isMainThread) {
    const watch = join(import.meta.dirname, 'watch.ts');
    new Worker(watch, { workerData: parentNumber() }).unref();
  }
}
