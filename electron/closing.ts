/** A backend that does not answer holds no window open. Milliseconds. */
const ANSWER_MS = 2000;

export interface Closing {
  /** What would stop that someone may be waiting for, in a sentence; null: nothing. */
  stops(): Promise<string | null>;
  ask(sentence: string): Promise<boolean>;
}

/**
 * For each time that a window is to close: holds it open until it is known that nothing runs, or that it may stop; then
 * closes it `again`. `stay`: the person wants to.
 */
export function createClosing({
  stops,
  ask,
}: Closing): (closing: { readonly event: { preventDefault(): void }; again(): void; stay(): void }) => void {
  let agreed = false;
  let asking = false;
  return ({ event, again, stay }) => {
    if (agreed) {
      // Once: what is not saved may still hold it, and something may have begun until the next time.
      agreed = false;
      return;
    }
    event.preventDefault();
    if (asking) return;
    asking = true;
    void mayClose().then((may) => {
      asking = false;
      agreed = may;
      if (may) again();
      else stay();
    });
  };

  async function mayClose(): Promise<boolean> {
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ANSWER_MS));
    const sentence = await Promise.race([stops().catch(() => null), late]);
    return sentence === null || ask(sentence);
  }
}
