/** Between two readings at least, and so many times what the last one took: most of the time nobody is asked anything. */
const REST_MS = 1500;
const REST_SHARE = 3;

/**
 * Reads what is shown again when it may have changed: at once, and while a reading goes on or has just ended, once after
 * it, however often it is asked for. So what is shown is of the last change in the end, and who changes things many times a
 * second asks no more than now and then.
 */
export function createRenewing(read: () => Promise<unknown>) {
  let busy = false;
  let again = false;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function readNow(): Promise<void> {
    again = false;
    busy = true;
    const began = performance.now();
    try {
      await read();
    } finally {
      const rest = Math.max(REST_MS, REST_SHARE * (performance.now() - began));
      if (!ended)
        timer = setTimeout(() => {
          busy = false;
          if (again) void readNow();
        }, rest);
    }
  }
  return {
    renew(): void {
      if (ended) return;
      if (busy) again = true;
      else void readNow();
    },
    /** Nobody looks at it any more. */
    end(): void {
      ended = true;
      clearTimeout(timer);
    },
  };
}
