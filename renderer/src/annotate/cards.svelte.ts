import { api } from '../api.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { attempt, fail } from '../state/toasts.svelte.ts';
import { choice } from './choice.svelte.ts';
import { accepted, type Card, shownOrder } from './decisions.ts';
import { AHEAD, leftOut, withFirst, withMore } from './queue.ts';
import { whenSaved } from './saving.svelte.ts';

/** Documents that wait for suggestions and are looked at together. */
const MOST_WAITING = 20;

/** A document as it is now. */
export const cardOf = (id: number): Promise<Card> =>
  api.annotations.get({ annotator: preferences.annotator, id });

/** The document that a visit begins with. */
interface Beginning {
  readonly asked?: number | undefined;
  readonly left?: typeof choice.left;
}

/** It may have been deleted meanwhile: then it is not missed. */
async function stillThere(left: typeof choice.left): Promise<Card | undefined> {
  const card = left === null ? undefined : await cardOf(left.id).catch(() => undefined);
  return card && (left?.reason === undefined ? card : { ...card, reason: left.reason });
}

/**
 * The documents of one visit of the screen: the open one, those that come next and those that were seen. `onShow` hears
 * when another document is open, before anything is said about it.
 */
export function createCards(onShow: () => void) {
  let cards = $state.raw<readonly Card[]>([]);
  /** Label ids as shown; it stays while the document is open, so that nothing moves under the hand. */
  let order = $state.raw<readonly number[]>([]);
  let loading = $state(true);
  /** The queue could not be read: that nothing is shown does not mean that nothing is left. */
  let failed = $state(false);
  let filling = $state(false);
  /** Documents of this visit that are done, in case the backend offers one again before it is saved. */
  const dealtWith = new Set<number>();
  /** Documents that were seen and left by going back: they come next again. */
  const held = new Set<number>();
  /** Documents that were seen, in order, up to the open one. */
  const behind: number[] = [];
  /** Documents that were left open until their suggestions are there. */
  const waiting = new Set<number>();
  let generation = 0;
  /** Something changed while the queue was being read. */
  let again = false;

  function show(next: readonly Card[]): void {
    const before = cards[0]?.id;
    cards = next;
    const card = next[0];
    if (card?.id === before) return;
    if (card) held.delete(card.id);
    order = card ? shownOrder(card) : [];
    onShow();
  }

  /** Leaves the open document for the one behind it. */
  function goOn(): void {
    if (cards[0]) behind.push(cards[0].id);
    drop();
  }

  function drop(): void {
    show(cards.slice(1));
    void fill();
  }

  async function fill(): Promise<void> {
    if (filling) {
      again = true;
      return;
    }
    filling = true;
    again = false;
    const mine = generation;
    try {
      const { strategy, search, labelId } = choice;
      const more = await api.annotations.next({
        annotator: preferences.annotator,
        strategy,
        ...(strategy === 'search' && { search }),
        ...((strategy === 'undecided' || strategy === 'label') && labelId !== null && { labelId }),
        limit: AHEAD + 1,
        except: leftOut(cards[0], dealtWith),
      });
      if (mine !== generation) return;
      failed = false;
      show(withMore(cards, more, { dealtWith, held }));
    } catch (error) {
      if (mine !== generation) return;
      failed = true;
      fail(error);
    } finally {
      if (mine === generation) {
        filling = false;
        loading = false;
      }
    }
    if (again && mine === generation) await fill();
  }

  function putFirst(card: Card): void {
    const open = cards[0];
    if (open && open.id !== card.id) held.add(open.id);
    if (behind.at(-1) === card.id) behind.pop();
    show(withFirst(cards, card));
  }

  return {
    get open(): Card | undefined {
      return cards[0];
    },
    get all(): readonly Card[] {
      return cards;
    },
    get order(): readonly number[] {
      return order;
    },
    get loading(): boolean {
      return loading || (filling && cards.length === 0);
    },
    get failed(): boolean {
      return failed;
    },
    /** Another number when the queue was begun anew since: what was asked for before is of no use then. */
    get generation(): number {
      return generation;
    },
    fill,

    /** Fills the queue anew, with the document first that was asked for, else the one that was left open if it is still there. */
    async start({ asked, left = null }: Beginning = {}): Promise<void> {
      generation += 1;
      const mine = generation;
      filling = false;
      loading = true;
      if (cards[0]) behind.push(cards[0].id);
      for (const seen of [dealtWith, held, waiting]) seen.clear();
      await whenSaved();
      const wanted = await (asked === undefined ? stillThere(left) : attempt(() => cardOf(asked)));
      if (mine !== generation) return;
      show(wanted ? [wanted] : []);
      await fill();
    },

    /** The open document in another state. */
    replace(card: Card): void {
      cards = [card, ...cards.slice(1)];
    },

    /** The open document is done: it is left, and not offered again. */
    finish({ id }: Card): void {
      dealtWith.add(id);
      goOn();
    },

    /** The open document is there no more: nothing leads back to it. */
    remove({ id }: Card): void {
      dealtWith.add(id);
      drop();
    },

    /** A document that was left comes again when its suggestions are there. */
    wait: ({ id }: Card): unknown => waiting.add(id),

    /** Opens a document whose last change was taken back. */
    bringBack(card: Card): void {
      dealtWith.delete(card.id);
      waiting.delete(card.id);
      const same = cards[0]?.id === card.id;
      putFirst(card);
      if (same) order = [...order];
    },

    /** The document that was open before this one, whatever was done with it. false: there was none. */
    async back(): Promise<boolean> {
      const mine = generation;
      let id = behind.pop();
      while (id !== undefined && id === cards[0]?.id) id = behind.pop();
      if (id === undefined) return false;
      const wanted = id;
      const card = await attempt(() => cardOf(wanted));
      if (card && mine === generation) putFirst(card);
      return true;
    },

    /** Back to where one came from; never past what was seen. false: nothing was seen after the open one. */
    forward(): boolean {
      const next = cards[1];
      if (!next || !held.has(next.id)) return false;
      goOn();
      return true;
    },

    /** Documents that were left open come next as soon as nothing is missing. */
    async takeWaiting(): Promise<void> {
      const mine = generation;
      for (const id of [...waiting].slice(0, MOST_WAITING)) {
        const card = await cardOf(id).catch(() => undefined);
        if (mine !== generation || !card) return;
        if (accepted(card)?.open.length !== 0) continue;
        waiting.delete(id);
        dealtWith.delete(id);
        held.add(id);
        const waited = { ...card, reason: 'waited' };
        const [open, ...rest] = cards;
        show(open ? [open, waited, ...rest] : [waited]);
      }
    },
  };
}
