/** Long enough that nobody saves with every letter, short enough that little is lost with the page. */
const REST_MS = 800;

/** Work that is done when the typing rests, and at once when `flush` is called; it is done once for all that was typed. */
export function createResting(restMs = REST_MS) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: (() => void) | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    const work = waiting;
    waiting = undefined;
    work?.();
  };
  return {
    typed(work: () => void): void {
      clearTimeout(timer);
      waiting = work;
      timer = setTimeout(flush, restMs);
    },
    flush,
  };
}
