import { api } from '../api.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { attempt, fail } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { choice } from './choice.svelte.ts';
import {
  accepted,
  type Card,
  type Decision,
  noneApply,
  shownOrder,
  toggled,
  withValues,
} from './decisions.ts';
import { AHEAD, leftOut, withFirst, withMore, withSuggestions } from './queue.ts';
import { save, saveOnce, whenSaved } from './saving.svelte.ts';

type Change = Partial<Pick<Card, 'status' | 'note' | 'flagged'>> & { values?: readonly Decision[] };

const SUMMARY_MS = 250;

/** The open document, those that come next, and what can be done with it. One per visit of the screen. */
export function createSession() {
  let cards = $state.raw<readonly Card[]>([]);
  /** Label ids as shown; it stays while the document is open, so that nothing moves under the hand. */
  let order = $state.raw<readonly number[]>([]);
  let loading = $state(true);
  let message = $state('');
  /** Documents of this visit that are done, in case the backend offers one again before it is saved. */
  const dealtWith = new Set<number>();
  let shownAt = performance.now();
  let generation = 0;
  let filling = false;
  let goingBack = 0;
  let summaryTimer: ReturnType<typeof setTimeout> | undefined;

  function show(next: readonly Card[]): void {
    const before = cards[0]?.id;
    cards = next;
    const card = next[0];
    if (card?.id === before) return;
    order = card ? shownOrder(card) : [];
    shownAt = performance.now();
    message = '';
  }

  async function fill(): Promise<void> {
    if (filling || cards.length > AHEAD) return;
    filling = true;
    const mine = generation;
    try {
      const { strategy, search } = choice;
      const more = await api.annotations.next({
        annotator: preferences.annotator,
        strategy,
        ...(strategy === 'search' && { search }),
        limit: AHEAD + 1,
        except: leftOut(cards, dealtWith),
      });
      if (mine === generation) show(withMore(cards, more, dealtWith));
    } catch (error) {
      if (mine === generation) fail(error);
    } finally {
      if (mine === generation) {
        filling = false;
        loading = false;
      }
    }
  }

  /** Fills the queue anew, with a given document first where one was asked for. */
  async function start(first?: number): Promise<void> {
    generation += 1;
    const mine = generation;
    filling = false;
    loading = true;
    dealtWith.clear();
    await whenSaved();
    const wanted = first === undefined ? undefined : await attempt(() => get(first));
    if (mine !== generation) return;
    show(wanted ? [wanted] : []);
    await fill();
  }

  const get = (id: number): Promise<Card> => api.annotations.get({ annotator: preferences.annotator, id });

  function soonSummary(): void {
    clearTimeout(summaryTimer);
    summaryTimer = setTimeout(() => void loadSummary().catch(fail), SUMMARY_MS);
  }

  /** Sends a change of the open document. false: it was not taken. */
  function decide(card: Card, { values = [], ...rest }: Change): boolean {
    const seconds = Math.round((performance.now() - shownAt) / 100) / 10;
    const annotator = preferences.annotator;
    return save(async () => {
      await api.annotations.decide({
        annotator,
        documentIds: [card.id],
        values: [...values],
        seconds,
        ...rest,
      });
      if (rest.status) soonSummary();
    });
  }

  /** Shows the next document without waiting for the disk. */
  function finish(status: 'done' | 'skipped', values: readonly Decision[]): void {
    const card = cards[0];
    if (!card || !decide(card, { status, values })) return;
    dealtWith.add(card.id);
    show(cards.slice(1));
    void fill();
  }

  function change(next: Card, change: Change): void {
    const card = cards[0];
    if (card && decide(card, change)) cards = [next, ...cards.slice(1)];
  }

  function takeBack(what: 'undo' | 'redo'): void {
    goingBack += 1;
    const taken = saveOnce(async () => {
      try {
        const { documents } = await api.annotations[what]({ annotator: preferences.annotator });
        const [id] = documents;
        if (id === undefined)
          message = what === 'undo' ? t().annotate.nothingToUndo : t().annotate.nothingToRedo;
        else await putBack(id, documents.length);
        soonSummary();
      } finally {
        goingBack -= 1;
      }
    });
    if (!taken) goingBack -= 1;
  }

  async function putBack(id: number, documents: number): Promise<void> {
    const card = await get(id);
    dealtWith.delete(id);
    const same = cards[0]?.id === id;
    show(withFirst(cards, card));
    if (same) order = [...order];
    if (documents > 1) message = t().annotate.changedBack(documents);
  }

  /** What the person does while a step back is on its way is about the document that comes back. */
  function inOrder(act: (card: Card) => void): void {
    const now = () => {
      const card = cards[0];
      if (card) act(card);
    };
    if (goingBack === 0) now();
    else void whenSaved().then(now);
  }

  return {
    get card(): Card | undefined {
      return cards[0];
    },
    get next(): readonly Card[] {
      return cards;
    },
    get order(): readonly number[] {
      return order;
    },
    get loading(): boolean {
      return loading;
    },
    get message(): string {
      return message;
    },
    start,
    fill,
    undo: () => takeBack('undo'),
    redo: () => takeBack('redo'),

    toggle(labelId: number, wanted: 'yes' | 'no'): void {
      inOrder((card) => {
        const own = card.labels.find((label) => label.labelId === labelId);
        if (!own) return;
        const values = [{ labelId, value: toggled(own.value, wanted) }];
        change(withValues(card, values), { values });
      });
    },

    /** A yes or no that stays one when it was one: for a label that was looked for. */
    set(labelId: number, value: 'yes' | 'no'): void {
      inOrder((card) => {
        if (card.labels.find((label) => label.labelId === labelId)?.value === value) return;
        const values = [{ labelId, value }];
        change(withValues(card, values), { values });
      });
    },

    accept(): void {
      inOrder((card) => {
        const values = accepted(card);
        if (values) finish('done', values);
        else message = t().annotate.nothingToAccept;
      });
    },
    none: () => inOrder((card) => finish('done', noneApply(card))),
    skip: () => inOrder(() => finish('skipped', [])),
    flag: () => inOrder((card) => change({ ...card, flagged: !card.flagged }, { flagged: !card.flagged })),
    note: (note: string) => inOrder((card) => change({ ...card, note }, { note })),

    /** Takes what the model thinks now of the open document and of those that come. */
    async renewSuggestions(): Promise<void> {
      const mine = generation;
      for (const { id } of cards.slice(0, 2)) {
        const fresh = await get(id).catch(() => undefined);
        if (!fresh || mine !== generation) return;
        cards = cards.map((card) => (card.id === id ? withSuggestions(card, fresh) : card));
      }
    },
  };
}
export type Session = ReturnType<typeof createSession>;
