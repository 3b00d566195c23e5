import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import type { ImportItem, ImportProblem } from '../records.ts';
import type { JsonlRow } from './answerRows.ts';
import { importFormats } from './formats/all.ts';
import type { FoundLabels } from './foundLabels.ts';
import type { Look } from './look.ts';
import { type ImportOptions, READING_OPTIONS } from './options.ts';
import { STALLED_MS } from './reader/limits.ts';
import type { Failure, FromReader, LookAnswer, ReadRequest } from './reader/messages.ts';
import { giveReader, takeReader } from './reader/pool.ts';
import type { ReaderEnd } from './reader/process.ts';

/** Bounds of one reading, beside those on memory. */
export interface Bounds {
  readonly signal?: AbortSignal | undefined;
  /** When it must be over, as `performance.now()` tells time. */
  readonly deadline?: number | undefined;
  /** Milliseconds without a word of the reader. */
  readonly stalledMs?: number | undefined;
}

/**
 * `readDocuments` in a process of its own, that is ended when it does not get on, takes too much memory or is
 * cancelled. Throws what reading throws; `reading_stalled`, `reading_too_long`, `reading_memory`,
 * `reading_killed`, `reading_crashed`, `file_damaged`, which name the file; `cancelled`.
 */
export async function* readDocuments(
  path: string,
  options: ImportOptions,
  bounds: Bounds = {},
): AsyncIterable<ImportItem> {
  const request = { kind: 'documents', path, options: plain(options) } as const;
  for await (const message of messagesOf(request, bounds)) {
    if (message.type === 'bytes') options.onBytes?.(message.read, message.total);
    else if (message.type === 'batch') yield* message.rows as readonly ImportItem[];
  }
}

/** The labels that a file has somewhere, within the same bounds. Its documents stay in the reader. */
export async function readLabels(
  path: string,
  options: ImportOptions,
  bounds: Bounds = {},
): Promise<FoundLabels> {
  const request = { kind: 'labels', path, options: plain(options) } as const;
  let found: FoundLabels | undefined;
  // To its end, so that the reader can be used again.
  for await (const message of messagesOf(request, bounds)) {
    if (message.type === 'labels')
      found = {
        names: new Set(message.names),
        numbers: new Set(message.numbers),
        ...(message.meets && { meets: message.meets }),
      };
  }
  if (found === undefined) throw new Error('The reader ended without an answer.');
  return found;
}

/** `lookAt` within the same bounds. */
export async function lookAt(path: string, options: ImportOptions, bounds: Bounds = {}): Promise<Look> {
  const request = { kind: 'look', path, options: plain(options) } as const;
  for await (const message of messagesOf(request, bounds)) {
    if (message.type === 'look') return lookOf(message.look);
  }
  throw new Error('The reader ended without an answer.');
}

function lookOf({ format: id, ...found }: LookAnswer): Look {
  const format = importFormats.get(id);
  if (!format) throw new Error(`The reader found the format "${id}".`);
  return { ...found, format };
}

/** `readJsonlRows` within the same bounds. */
export async function* readJsonlRows(
  path: string,
  bounds: Bounds = {},
): AsyncIterable<JsonlRow | { problem: ImportProblem }> {
  for await (const message of messagesOf({ kind: 'rows', path, options: {} }, bounds)) {
    if (message.type === 'batch') yield* message.rows as readonly (JsonlRow | { problem: ImportProblem })[];
  }
}

/** Without what can't cross to another process. */
const plain = ({ onBytes: _, ...options }: ImportOptions): Omit<ImportOptions, 'onBytes'> => ({
  format: options.format,
  known: options.known,
  checkIds: options.checkIds,
  textsAlone: options.textsAlone,
  rowsAt: options.rowsAt,
  ...Object.fromEntries(READING_OPTIONS.map((name) => [name, options[name]])),
});

const errorOf = ({ code, message, hint, params }: Failure) =>
  new BackendError(code, message, hint, undefined, params);

async function* messagesOf(request: ReadRequest, bounds: Bounds): AsyncGenerator<FromReader, void, void> {
  const { signal, deadline = Number.POSITIVE_INFINITY, stalledMs = STALLED_MS } = bounds;
  const name = basename(request.path).slice(0, 200);
  const requireTime = () => {
    if (performance.now() >= deadline) throw tooLong(name);
  };
  if (signal?.aborted) throw cancelled();
  requireTime();
  const reader = takeReader();
  const waiting: FromReader[] = [];
  let failure: BackendError | undefined;
  let wake: (() => void) | undefined;
  const fail = (error: BackendError) => {
    failure ??= error;
    wake?.();
  };
  const abort = () => fail(cancelled());
  signal?.addEventListener('abort', abort);
  reader.onExit((why) => fail(ended(name, why)));
  reader.onMessage((message) => {
    waiting.push(message);
    wake?.();
  });
  let rss: number | undefined;
  try {
    reader.post({ type: 'read', ...request });
    while (true) {
      const message = waiting.shift();
      if (signal?.aborted) throw cancelled();
      // Also of one that gets on, with a word whenever one is waited for.
      if (!failure) requireTime();
      if (message === undefined) {
        if (failure) throw failure;
        let over = false;
        const left = deadline - performance.now();
        const timer = setTimeout(
          () => {
            over = true;
            wake?.();
          },
          Math.max(0, Math.min(stalledMs, left)),
        );
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        clearTimeout(timer);
        if (over && waiting.length === 0 && !failure)
          throw left <= stalledMs ? tooLong(name) : stalled(name, stalledMs);
        continue;
      }
      if (message.type === 'failed') {
        rss = message.rss;
        throw errorOf(message.failure);
      }
      if (message.type === 'done') {
        rss = message.rss;
        return;
      }
      yield message;
      if (message.type === 'batch') reader.post({ type: 'taken' });
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    if (rss === undefined) reader.kill();
    else giveReader(reader, rss);
  }
}

const AGAIN = 'It may be damaged: get the file again, or split it.';
/** Time alone does not tell a slow computer from a file that can't be read. */
const SLOW = 'This computer may be busy: try again. If it happens again, split the file.';

const cancelled = () =>
  new BackendError(
    'cancelled',
    'The import was stopped.',
    'What was read so far is kept; importing again adds the rest.',
  );

const ENDED: Readonly<Record<ReaderEnd, readonly [code: string, why: string, hint: string]>> = {
  memory: ['reading_memory', 'it takes more than 1 GB of memory', AGAIN],
  killed: [
    'reading_killed',
    'something else on this computer ended the process that read it',
    'Try again; if that happens again, close other programs, since memory may be short.',
  ],
  crashed: ['reading_crashed', 'the process that read it broke down over it', AGAIN],
};

function ended(name: string, reason: ReaderEnd): BackendError {
  const [code, why, hint] = ENDED[reason];
  return new BackendError(code, `"${name}" could not be read: ${why}.`, hint, undefined, { name });
}

const stalled = (name: string, stalledMs: number) =>
  new BackendError(
    'reading_stalled',
    `"${name}" could not be read: reading it got no further for ${Math.round(stalledMs / 1000)} seconds.`,
    SLOW,
    undefined,
    { name },
  );

/** Only looking has a bound in all: what is imported may take as long as it gets on. */
const tooLong = (name: string) =>
  new BackendError(
    'reading_too_long',
    `"${name}" takes too long to look at.`,
    'Import it as it is, or split it.',
    undefined,
    { name },
  );
