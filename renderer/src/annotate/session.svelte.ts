import { api, codeOf } from '../api.ts';
import { learnFromDecisions } from '../state/learning.ts';
import { preferences } from '../state/preferences.svelte.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { refreshSuggestions } from '../state/suggestions.svelte.ts';
import { attempt, fail, sayWithUndo } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { answers } from './answers.ts';
import { cardOf, createCards } from './cards.svelte.ts';
import {
  type Acceptance,
  accepted,
  type Card,
  closed,
  type Decision,
  isDecidedOtherwise,
  noneApply,
  toggled,
  type Value,
  withValues,
} from './decisions.ts';
import { createOnScreen } from './onScreen.ts';
import { withSteadyMarks } from './queue.ts';
import { save, saveOnce, whenSaved } from './saving.svelte.ts';
import { createUnseen } from './unseen.ts';

type Change = Partial<Pick<Card, 'status' | 'note' | 'flagged'>> & { values?: readonly Decision[] };

const SUMMARY_MS = 250;

/** What can be done with the open document. One per visit of the screen. */
export function createSession() {
  let message = $state('');
  /** What is asked before the open document is left: what accepting it would leave open. */
  let asking = $state.raw<Acceptance | null>(null);
  const unseen = createUnseen();
  const onScreen = createOnScreen();
  let goingBack = 0;
  let summaryTimer: ReturnType<typeof setTimeout> | undefined;
  const cards = createCards(() => {
    onScreen.comes();
    message = '';
    asking = null;
  });

  function soonSummary(): void {
    clearTimeout(summaryTimer);
    summaryTimer = setTimeout(() => void loadSummary().catch(fail), SUMMARY_MS);
  }

  /** Sends a change of the open document. false: it was not taken. */
  function decide(card: Card, { values = [], ...rest }: Change): boolean {
    const seconds = Math.round((performance.now() - onScreen.since) / 100) / 10;
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
    const card = cards.open;
    if (!card || !decide(card, { status, values })) return false;
    cards.finish(card);
    return true;
  }

  /** Takes what is decided and leaves the document open until the rest of its suggestions are there. */
  function wait({ values, open }: Acceptance): void {
    const card = cards.open;
    // A document that was done before stays so; what it did not know stays open.
    const status = card?.status === 'done' ? 'done' : 'draft';
    if (!card || !finish(status, values)) return;
    cards.wait(card);
    message = t().annotate.leftOpen(open.length);
  }

  function accept(card: Card, pressedAt: number): void {
    // Answers in dispute are given label by label; what else the document has is nobody's business here.
    if (card.reason === 'disputed') {
      cards.finish(card);
      return;
    }
    const found = accepted(unseen.asSeen(card, pressedAt));
    if (found === null) message = t().annotate.nothingToAccept;
    else if (found.open.length === 0) finish('done', found.values);
    else if (answers.waits(found)) wait(found);
    else if (answers.closes(found)) finish('done', closed(found));
    else asking = found;
  }

  /** Waits for what has no suggestion yet, where that is asked. */
  function leave(card: Card, pressedAt: number): void {
    const found = accepted(unseen.asSeen(card, pressedAt));
    if (found === null) return;
    answers.keepWaiting(found);
    wait(found);
  }

  function none(card: Card, pressedAt: number): void {
    if (card.reason === 'disputed') {
      const values = [...new Set(card.opinions.map(({ labelId }) => labelId))].map((labelId) => ({
        labelId,
        value: 'no' as const,
      }));
      if (decide(card, { values })) cards.finish(card);
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
      if (act !== null) sayWithUndo(t().annotate.deleted(1), () => undoChange(annotator, act, card.id));
    });
    if (!taken) return;
    cards.remove(card);
  }

  /** Takes back what the annotator did with a document itself, and opens it. */
  async function undoChange(annotator: string, act: number, id: number): Promise<void> {
    await attempt(async () => {
      await whenSaved();
      await api.annotations.undo({ annotator, act });
      await putBack(id, 1);
      void learnFromDecisions();
      soonSummary();
    });
  }

  /** The open document as it is now. */
  async function renew(id: number): Promise<void> {
    const fresh = await cardOf(id);
    if (cards.open?.id === id) cards.replace(fresh);
    void refreshSuggestions([id]);
  }

  function change(next: Card, change: Change): void {
    const card = cards.open;
    if (!card || !decide(card, change)) return;
    cards.replace(next);
    forgetNothingToAccept();
    askAnew();
  }

  /** What is asked follows the document: it may have been answered label by label, or by the model. */
  function askAnew(): void {
    if (asking === null || !cards.open) return;
    const found = accepted(cards.open);
    asking = found && found.open.length > 0 ? found : null;
  }

  /** It is not so any more as soon as something can be accepted. */
  function forgetNothingToAccept(): void {
    const card = cards.open;
    if (message === t().annotate.nothingToAccept && card && accepted(card) !== null) message = '';
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
    cards.bringBack(await cardOf(id));
    onScreen.wasAskedFor();
    if (documents > 1) message = t().annotate.changedBack(documents);
  }

  /**
   * What the person does while a step back is on its way is about the document that comes back. A key that was pressed
   * before the open document was painted is about the one before it, or about nothing that the person saw.
   */
  function inOrder(act: (card: Card) => void, pressedAt = performance.now()): void {
    const now = () => {
      const card = cards.open;
      if (card) act(card);
    };
    if (goingBack > 0) void whenSaved().then(now);
    else if (!onScreen.wasSeen(pressedAt)) message = t().annotate.pressedBefore;
    else now();
  }

  function setValue(card: Card, labelId: number, value: Value): void {
    const values = [{ labelId, value }];
    change(withValues(card, values), { values });
  }

  return {
    get card(): Card | undefined {
      return cards.open;
    },
    get next(): readonly Card[] {
      return cards.all;
    },
    get order(): readonly number[] {
      return cards.order;
    },
    get loading(): boolean {
      return cards.loading;
    },
    get failed(): boolean {
      return cards.failed;
    },
    get message(): string {
      return message;
    },
    /** Labels of which the person is asked whether to wait for their suggestions; empty: nothing is asked. */
    get asking(): readonly number[] {
      return asking?.open ?? [];
    },
    start: cards.start,
    fill: cards.fill,
    back(): void {
      void whenSaved().then(async () => {
        if (!(await cards.back())) message = t().annotate.nothingBefore;
      });
    },
    /** Leaves the open document as it is: what it is asked about waits. */
    forward(pressedAt = performance.now()): void {
      if (asking !== null) inOrder((card) => leave(card, pressedAt), pressedAt);
      else if (!cards.forward()) message = t().annotate.nothingAfter;
    },
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
      const { annotator } = preferences;
      saveOnce(async () => {
        const { act } = await api.documents.correct({ annotator, id, text });
        if (act === null) return;
        await renew(id);
        sayWithUndo(t().annotate.correct.saved, () => undoChange(annotator, act, id));
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
      const card = cards.open;
      if (card?.id === documentId) change({ ...card, note }, { note });
      else noteOnAnother(documentId, note);
    },
    /** Stays with the document. */
    stay: () => (asking = null),

    /** Takes what another window decided of the open document: accepting what is shown must not take that back. */
    async renewDecisions(): Promise<void> {
      await whenSaved();
      const mine = cards.generation;
      const before = cards.open;
      const fresh = before && (await cardOf(before.id).catch(() => undefined));
      if (mine !== cards.generation) return;
      const card = cards.open;
      if (fresh && card?.id === fresh.id) {
        // Something was decided or scored here while it was read.
        if (card !== before) return this.renewDecisions();
        if (isDecidedOtherwise(card, fresh)) {
          cards.replace({ ...fresh, ...(card.reason !== undefined && { reason: card.reason }) });
          askAnew();
          message = t().annotate.changedElsewhere;
        }
      }
      await cards.fill();
    },

    /** Takes what the model thinks now of the open document, and what comes next by what is known now. */
    async renewSuggestions(): Promise<void> {
      const mine = cards.generation;
      const id = cards.open?.id;
      const fresh = id === undefined ? undefined : await cardOf(id).catch(() => undefined);
      if (mine !== cards.generation) return;
      const card = cards.open;
      if (fresh && card?.id === id && card) {
        unseen.renew(card);
        cards.replace(withSteadyMarks(card, fresh));
        forgetNothingToAccept();
        askAnew();
      }
      await cards.takeWaiting();
      await cards.fill();
    },
  };
}
