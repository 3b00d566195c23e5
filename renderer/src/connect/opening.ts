import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { OPENING_HEADER } from '../../../contract/opening.ts';

/** What each call carries beside its input. */
export interface CallContext extends ClientContext {
  /** The opening that it was made for; a call that is sent again later says the same. */
  readonly opening: string;
}

let shown = '';
let onStale: () => void = () => undefined;
const resets: (() => void)[] = [];

/** The opening that the page shows; '': none was read yet. */
export const shownOpening = (): string => shown;

/** For what a screen keeps while the app is open: it belongs to one project, and must not show in the next. */
export function forgetWithProject(reset: () => void): void {
  resets.push(reset);
}

export function showOpening(opening: string): void {
  if (opening !== shown) for (const reset of resets) reset();
  shown = opening;
}

/** To be told when a call was refused since the project it means is no longer open. */
export function whenStale(tell: () => void): void {
  onStale = tell;
}

/** For a link's options: the opening of a call goes out with it. */
export const openingHeader = ({ context }: ClientOptions<CallContext>): Record<string, string> => ({
  [OPENING_HEADER]: context.opening,
});

/** For what was begun for a project that is not shown any more. */
export const staleError = (): Error => Object.assign(new Error(), { data: { code: 'stale_page' } });

export const isStale = (error: unknown): boolean =>
  (error as { data?: { code?: unknown } } | null)?.data?.code === 'stale_page';

/** Which call a failure is of. */
const calls = new WeakMap<object, string>();
let onAsked: (procedure: string) => void = () => undefined;
let onAnswered: (call: () => string) => void = () => undefined;

/** The procedure that failed so, and with what; undefined: it is no failure of a call. */
export const callOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null ? calls.get(error) : undefined;

/** To be told of each call before it is made. */
export function whenAsked(tell: (procedure: string) => void): void {
  onAsked = tell;
}

/** To be told of each call that worked, in the same words. */
export function whenAnswered(tell: (call: () => string) => void): void {
  onAnswered = tell;
}

/**
 * Every call of the page goes through here: it says which project is meant, and hears when that is another one now; who
 * tells failures hears which call failed, and when it works again.
 */
export const withOpening = (link: ClientLink<CallContext>): ClientLink<Record<never, never>> => ({
  async call(path, input, options) {
    // Only where it is asked for: what is sent may be large.
    const call = () => `${path.join('.')} ${JSON.stringify(input)}`;
    onAsked(path.join('.'));
    try {
      const answer = await link.call(path, input, { ...options, context: { opening: shown } });
      onAnswered(call);
      return answer;
    } catch (error) {
      if (typeof error === 'object' && error !== null) calls.set(error, call());
      if (isStale(error)) onStale();
      throw error;
    }
  },
});
