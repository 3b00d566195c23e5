import { codeOf } from '../api.ts';
import { forgetWithProject } from '../connect/opening.ts';
import { attempt, say, sayWithUndo } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';

interface Act {
  readonly message: string;
  readonly undo: () => Promise<unknown>;
  /** By which it is known where it can be taken back elsewhere, too. */
  readonly key?: string | undefined;
}

/** Failures after which an act can't be taken back however often it is tried. */
const FOR_EVER: ReadonlySet<string> = new Set(['act_undone', 'act_overtaken']);

const MOST = 100;
let done = $state.raw<readonly Act[]>([]);
/** Those that are being taken back just now. */
let underWay = $state.raw<ReadonlySet<Act>>(new Set());
let taken = $state(0);

forgetWithProject(() => {
  done = [];
});

/** What was done to many documents, with the way back of each, longer than its notice is shown. */
export const acts = {
  get last(): Act | undefined {
    return done.findLast((act) => !underWay.has(act));
  },
  /** Grows with each that was taken back. */
  get taken(): number {
    return taken;
  },
  /** Tells what has been done, and keeps the way back. */
  say(message: string, undo: Act['undo'], key?: string): void {
    const act = { message, undo, key };
    done = [...done, act].slice(-MOST);
    sayWithUndo(message, () => takeBack(act));
  },
  async undoLast(): Promise<void> {
    const { last } = acts;
    if (last) await takeBack(last);
    else say(t().annotate.nothingToUndo);
  },
  /** It was taken back elsewhere. */
  drop(key: string): void {
    done = done.filter((act) => act.key !== key);
  },
};

async function takeBack(act: Act): Promise<void> {
  if (!done.includes(act) || underWay.has(act)) return;
  underWay = new Set(underWay).add(act);
  const worked = await attempt(async () => {
    try {
      await act.undo();
    } catch (error) {
      if (FOR_EVER.has(codeOf(error) ?? '')) done = done.filter((one) => one !== act);
      throw error;
    }
    return true;
  });
  // What came or went meanwhile has changed the list: only this act is looked at.
  if (worked) done = done.filter((one) => one !== act);
  underWay = new Set([...underWay].filter((one) => one !== act));
  if (!worked) return;
  taken += 1;
  say(t().browse.undone(act.message));
}
