/** Long enough that nobody saves with every letter, short enough that little is lost with the page. */
const REST_MS = 800;

/** What was typed and waits to be saved, on the whole page. */
const waitingNow = new Set<() => void>();

/** Saves at once all that was typed: the page goes, or what it shows. Returns whether there was anything. */
export function saveTyped(): boolean {
  const all = [...waitingNow];
  for (const flush of all) flush();
  return all.length > 0;
}

/**
 * Work that is done when the typing rests, and at once when `flush` or `saveTyped` is called; it is done once for all that
 * was typed. restMs: Infinity where it is done only when the field is left.
 */
export function createResting(restMs = REST_MS) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: (() => void) | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    waitingNow.delete(flush);
    const work = waiting;
    waiting = undefined;
    work?.();
  };
  return {
    typed(work: () => void): void {
      clearTimeout(timer);
      waiting = work;
      waitingNow.add(flush);
      if (Number.isFinite(restMs)) timer = setTimeout(flush, restMs);
    },
    flush,
  };
}
