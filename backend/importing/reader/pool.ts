import { type ReaderProcess, startReader } from './process.ts';

/** Milliseconds. */
const KEPT = 10_000;
/** Bytes; one that holds more is not used again. */
const LEAN = 300 * 1024 ** 2;

let idle: { readonly reader: ReaderProcess; readonly timer: NodeJS.Timeout } | undefined;

/** The reader that waits for work, or a new one. */
export function takeReader(): ReaderProcess {
  const kept = idle;
  idle = undefined;
  if (!kept) return startReader();
  clearTimeout(kept.timer);
  kept.reader.hold(true);
  return kept.reader;
}

/** Keeps a reader for a while; it does not keep its host alive. */
export function giveReader(reader: ReaderProcess, rss: number): void {
  if (idle || rss > LEAN) {
    reader.kill();
    return;
  }
  const drop = () => {
    if (idle?.reader === reader) idle = undefined;
    clearTimeout(timer);
    reader.kill();
  };
  const timer = setTimeout(drop, KEPT);
  timer.unref();
  reader.hold(false);
  reader.onExit(() => {
    if (idle?.reader === reader) idle = undefined;
    clearTimeout(timer);
  });
  idle = { reader, timer };
}
