import { serialize } from 'node:v8';
import { BackendError } from '../../backend/errors.ts';
import { readDocuments } from '../../backend/importing/bounded.ts';

/** What is asked of it: a file to read, in milliseconds how long it may say nothing, and after how many rows to stop. */
export interface Asked {
  readonly path: string;
  readonly stalledMs: number;
  readonly stopAfter?: number;
}

export interface Told {
  /** In a thread of an Electron process, as in the desktop app. */
  readonly electron: string | undefined;
  readonly rows: number;
  /** null: it was read. */
  readonly code: string | null;
  readonly message: string;
  /** How often this process came to do something else meanwhile, at most every 20 ms. */
  readonly turns: number;
  readonly ms: number;
  /** The share of a core that this process took afterwards. */
  readonly busyAfter: number;
  /** In bytes. */
  readonly mostMemory: number;
}

interface Port {
  on(event: 'message', receive: (event: { readonly data: Asked }) => void): void;
  postMessage(message: Told): void;
}
const { parentPort } = process as unknown as { readonly parentPort: Port };
const AFTER_MS = 600;

async function tell({ path, stalledMs, stopAfter }: Asked): Promise<Told> {
  let turns = 0;
  let mostMemory = 0;
  const timer = setInterval(() => {
    turns += 1;
    mostMemory = Math.max(mostMemory, process.memoryUsage.rss());
  }, 20);
  const started = performance.now();
  const stop = new AbortController();
  let rows = 0;
  let code: string | null = null;
  let message = '';
  try {
    for await (const row of readDocuments(path, {}, { stalledMs, signal: stop.signal })) {
      serialize(row);
      if (++rows === stopAfter) stop.abort();
    }
  } catch (error) {
    code = error instanceof BackendError ? error.code : 'raw';
    message = error instanceof Error ? error.message : String(error);
  }
  const ms = performance.now() - started;
  clearInterval(timer);
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  const { user, system } = process.cpuUsage(before);
  const busyAfter = (user + system) / 1000 / AFTER_MS;
  return { electron: process.versions.electron, rows, code, message, turns, ms, busyAfter, mostMemory };
}

parentPort.on('message', ({ data }) => void tell(data).then((told) => parentPort.postMessage(told)));
