import { forgetWithProject } from '../connect/opening.ts';
import { attempt, say, sayWithUndo } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';

interface Act {
  readonly message: string;
  readonly undo: () => Promise<unknown>;
  /** By which it is known where it can be taken back elsewhere, too. */
  readonly key?: string | undefined;
}

const MOST = 100;
let done = $state.raw<readonly Act[]>([]);
let taken = $state(0);

forgetWithProject(() => {
  done = [];
});

/** What was done to many documents, with the way back of each, longer than its notice is shown. */
export const acts = {
  get last(): Act | undefined {
    return done.at(-1);
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
    const last = done.at(-1);
    if (last) await takeBack(last);
    else say(t().annotate.nothingToUndo);
  },
  /** It was taken back elsewhere. */
  drop(key: string): void {
    done = done.filter((act) => act.key !== key);
  },
};

async function takeBack(act: Act): Promise<void> {
  if (!done.includes(act)) return;
  const before = done;
  done = done.filter((one) => one !== act);
  const worked = await attempt(async () => {
    await act.undo();
    return true;
  });
  if (worked) {
    taken += 1;
    say(t().browse.undone(act.message));
  } else done = before;
}
