import { api, codeOf } from '../api.ts';
import { learnFromDecisions } from '../state/learning.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { refreshSuggestions } from '../state/suggestions.svelte.ts';
import { attempt, fail, sayWithUndo } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { answers } from './answers.ts';
import { choice } from './choice.svelte.ts';
import {
  type Acceptance,
  accepted,
  type Card,
  closed,
  type Decision,
  noneApply,
  shownOrder,
  toggled,
  type Value,
  withValues,
} from './decisions.ts';
import { AHEAD, leftOut, withFirst, withMore, withSuggestions } from './queue.ts';
import { save, saveOnce, whenSaved } from './saving.svelte.ts';
import { createUnseen } from './unseen.ts';

type Change = Partial<Pick<Card, 'status' | 'note' | 'flagged'>> & { values?: readonly Decision[] };

const SUMMARY_MS = 250;
/** Documents that wait for suggestions and are looked at together. */
const MOST_WAITING = 20;

/** The open document, those that come next, and what can be done with it. One per visit of the screen. */
export function createSession() {
  let cards = $state.raw<readonly Card[]>([]);
  /** Label ids as shown; it stays while the document is open, so that nothing moves under the hand. */
  let order = $state.raw<readonly number[]>([]);
  let loading = $state(true);
  /** The queue could not be read: that nothing is shown does not mean that nothing is left. */
  let failed = $state(false);
  let message = $state('');
  /** What is asked before the open document is left: what accepting it would leave open. */
  let asking = $state.raw<Acceptance | null>(null);
  /** Documents of this visit that are done, in case the backend offers one again before it is saved. */
  const dealtWith = new Set<number>();
  /** Documents that were seen and left by going back: they come next again. */
  const held = new Set<number>();
  /** Documents that were seen, in order, up to the open one. */
  const behind: number[] = [];
  /** Documents that were left open until their suggestions are there. */
  const waiting = new Set<number>();
  const unseen = createUnseen();
  let shownAt = performance.now();
  let generation = 0;
  let filling = $state(false);
  /** Something changed while the queue was being read. */
  let again = false;
  let goingBack = 0;
  let summaryTimer: ReturnType<typeof setTimeout> | undefined;

  function show(next: readonly Card[]): void {
    const before = cards[0]?.id;
    cards = next;
    const card = next[0];
    if (card?.id === before) return;
    if (card) held.delete(card.id);
    order = card ? shownOrder(card) : [];
    shownAt = performance.now();
    message = '';
    asking = null;
  }

  /** Leaves the open document for the one behind it. */
  function goOn(): void {
    if (cards[0]) behind.push(cards[0].id);
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

  /** Fills the queue anew, with a given document first where one was asked for. */
  async function start(first?: number): Promise<void> {
    generation += 1;
    const mine = generation;
    filling = false;
    loading = true;
    if (cards[0]) behind.push(cards[0].id);
    for (const seen of [dealtWith, held, waiting]) seen.clear();
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
      try {
        await api.annotations.decide({
          annotator,
          documentIds: [card.id],
          values: [...values],
          seconds,
          ...rest,
        });
      } catch (error) {
        // It was deleted elsewhere: saving again would never work.
        if (codeOf(error) !== 'document_missing') throw error;
        fail(error);
      }
      void learnFromDecisions();
      if (rest.status) soonSummary();
    });
  }

  /** Shows the next document without waiting for the disk. false: it was not taken. */
  function finish(status: Card['status'], values: readonly Decision[]): boolean {
    const card = cards[0];
    if (!card || !decide(card, { status, values })) return false;
    dealtWith.add(card.id);
    goOn();
    return true;
  }

  /** Takes what is decided and leaves the document open until the rest of its suggestions are there. */
  function wait({ values, open }: Acceptance): void {
    const card = cards[0];
    // A document that was done before stays so; what it did not know stays open.
    const status = card?.status === 'done' ? 'done' : 'draft';
    if (!card || !finish(status, values)) return;
    waiting.add(card.id);
    message = t().annotate.leftOpen(open.length);
  }

  /** Answers in dispute are given label by label; what else the document has is nobody's business here. */
  function leaveDispute(card: Card): void {
    dealtWith.add(card.id);
    goOn();
  }

  function accept(card: Card, pressedAt: number): void {
    if (card.reason === 'disputed') {
      leaveDispute(card);
      return;
    }
    const found = accepted(unseen.asSeen(card, pressedAt));
    if (found === null) message = t().annotate.nothingToAccept;
    else if (found.open.length === 0) finish('done', found.values);
    else if (asking !== null || answers.waits(found)) {
      answers.keepWaiting(found);
      wait(found);
    } else if (answers.closes(found)) finish('done', closed(found));
    else asking = found;
  }

  function none(card: Card, pressedAt: number): void {
    if (card.reason === 'disputed') {
      const values = [...new Set(card.opinions.map(({ labelId }) => labelId))].map((labelId) => ({
        labelId,
        value: 'no' as const,
      }));
      if (decide(card, { values })) leaveDispute(card);
      return;
    }
    const found = asking && accepted(unseen.asSeen(card, pressedAt));
    if (!found) finish('done', noneApply(card));
    else {
      answers.keepClosing(found);
      finish('done', closed(found));
    }
  }

  /** Deletes the open document and goes on. */
  function remove(card: Card): void {
    const annotator = preferences.annotator;
    const taken = saveOnce(async () => {
      const { act } = await api.documents.delete({ annotator, ids: [card.id] });
      void learnFromDecisions();
      soonSummary();
      if (act !== null) sayWithUndo(t().annotate.deleted(1), () => undoChange(act, card.id));
    });
    if (!taken) return;
    dealtWith.add(card.id);
    show(cards.slice(1));
    void fill();
  }

  /** Takes back what was done with a document itself, and opens it. */
  async function undoChange(act: number, id: number): Promise<void> {
    await attempt(async () => {
      await whenSaved();
      await api.annotations.undo({ annotator: preferences.annotator, act });
      await putBack(id, 1);
      void learnFromDecisions();
      soonSummary();
    });
  }

  /** The open document as it is now. */
  async function renew(id: number): Promise<void> {
    const fresh = await get(id);
    if (cards[0]?.id === id) cards = [fresh, ...cards.slice(1)];
    void refreshSuggestions([id]);
  }

  function change(next: Card, change: Change): void {
    const card = cards[0];
    if (!card || !decide(card, change)) return;
    cards = [next, ...cards.slice(1)];
    askAnew();
  }

  /** What is asked follows the document: it may have been answered label by label, or by the model. */
  function askAnew(): void {
    if (asking === null || !cards[0]) return;
    const found = accepted(cards[0]);
    asking = found && found.open.length > 0 ? found : null;
  }

  function noteOnAnother(documentId: number, note: string): void {
    const annotator = preferences.annotator;
    save(async () => {
      await api.annotations.decide({ annotator, documentIds: [documentId], values: [], note });
    });
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
        void learnFromDecisions();
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
    waiting.delete(id);
    const same = cards[0]?.id === id;
    putFirst(card);
    if (same) order = [...order];
    if (documents > 1) message = t().annotate.changedBack(documents);
  }

  /** Opens a card that was seen before; the one that is open comes after it. */
  function putFirst(card: Card): void {
    const open = cards[0];
    if (open && open.id !== card.id) held.add(open.id);
    if (behind.at(-1) === card.id) behind.pop();
    show(withFirst(cards, card));
  }

  /** The document that was open before this one, whatever was done with it. */
  function back(): void {
    void whenSaved().then(async () => {
      const mine = generation;
      let id = behind.pop();
      while (id !== undefined && id === cards[0]?.id) id = behind.pop();
      if (id === undefined) {
        message = t().annotate.nothingBefore;
        return;
      }
      const wanted = id;
      const card = await attempt(() => get(wanted));
      if (card && mine === generation) putFirst(card);
    });
  }

  /** Back to where one came from; never past what was seen. */
  function forward(): void {
    const next = cards[1];
    if (next && held.has(next.id)) goOn();
    else message = t().annotate.nothingAfter;
  }

  /**
   * What the person does while a step back is on its way is about the document that comes back. A key that was pressed
   * before the open document was there, as on a machine that stood still, is about nothing that the person saw.
   */
  function inOrder(act: (card: Card) => void, pressedAt = performance.now()): void {
    const now = () => {
      const card = cards[0];
      if (card) act(card);
    };
    if (goingBack > 0) void whenSaved().then(now);
    else if (pressedAt < shownAt) message = t().annotate.pressedBefore;
    else now();
  }

  function setValue(card: Card, labelId: number, value: Value): void {
    const values = [{ labelId, value }];
    change(withValues(card, values), { values });
  }

  /** Documents that were left open come next as soon as nothing is missing. */
  async function takeWaiting(mine: number): Promise<void> {
    for (const id of [...waiting].slice(0, MOST_WAITING)) {
      const card = await get(id).catch(() => undefined);
      if (mine !== generation || !card) return;
      if (accepted(card)?.open.length !== 0) continue;
      waiting.delete(id);
      dealtWith.delete(id);
      held.add(id);
      const again = { ...card, reason: 'waited' };
      const [open, ...rest] = cards;
      show(open ? [open, again, ...rest] : [again]);
    }
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
      return loading || (filling && cards.length === 0);
    },
    get failed(): boolean {
      return failed;
    },
    get message(): string {
      return message;
    },
    /** Labels of which the person is asked whether to wait for their suggestions; empty: nothing is asked. */
    get asking(): readonly number[] {
      return asking?.open ?? [];
    },
    start,
    fill,
    back,
    forward,
    undo: () => takeBack('undo'),
    redo: () => takeBack('redo'),

    toggle(labelId: number, wanted: 'yes' | 'no', pressedAt?: number): void {
      inOrder((card) => {
        const own = card.labels.find((label) => label.labelId === labelId);
        if (own) setValue(card, labelId, toggled(own.value, wanted));
      }, pressedAt);
    },

    /** A value that stays when it was so already: for a label that was looked for, or that is cleared. */
    set(labelId: number, value: Value, pressedAt?: number): void {
      inOrder((card) => {
        const own = card.labels.find((label) => label.labelId === labelId);
        if (own && own.value !== value) setValue(card, labelId, value);
      }, pressedAt);
    },

    delete: (pressedAt?: number) => inOrder(remove, pressedAt),
    /** Another document may be open by now. */
    correct(id: number, text: string): void {
      saveOnce(async () => {
        const { act } = await api.documents.correct({ annotator: preferences.annotator, id, text });
        if (act === null) return;
        await renew(id);
        sayWithUndo(t().annotate.correct.saved, () => undoChange(act, id));
      });
    },
    /** `pressedAt`: when the key was pressed, which on a busy machine is before it is heard of. */
    accept: (pressedAt = performance.now()) => inOrder((card) => accept(card, pressedAt), pressedAt),
    none: (pressedAt = performance.now()) => inOrder((card) => none(card, pressedAt), pressedAt),
    skip: (pressedAt?: number) => inOrder(() => finish('skipped', []), pressedAt),
    flag: (pressedAt?: number) =>
      inOrder((card) => change({ ...card, flagged: !card.flagged }, { flagged: !card.flagged }), pressedAt),
    /** Of the document that it was typed for: another one may be open by now. */
    note(documentId: number, note: string): void {
      const card = cards[0];
      if (card?.id === documentId) change({ ...card, note }, { note });
      else noteOnAnother(documentId, note);
    },
    /** Stays with the document. */
    stay: () => (asking = null),

    /** Takes what the model thinks now of the open document, and what comes next by what is known now. */
    async renewSuggestions(): Promise<void> {
      const mine = generation;
      const id = cards[0]?.id;
      const fresh = id === undefined ? undefined : await get(id).catch(() => undefined);
      if (mine !== generation) return;
      const card = cards[0];
      if (fresh && card?.id === id && card) {
        unseen.renew(card);
        cards = [withSuggestions(card, fresh), ...cards.slice(1)];
        askAnew();
      }
      await takeWaiting(mine);
      await fill();
    },
  };
}
