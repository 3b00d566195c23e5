import { tick, untrack } from 'svelte';
import type { Filter } from '../../../contract/index.ts';
import type { Texts } from '../texts/index.ts';

/** A screen of an open project: `screens/all.ts` has what each is. */
export type Screen = keyof Texts['app']['screens'];

/** Lists of decisions that the model contradicts. */
export type Cases = 'mistakes' | 'suspects';

/** What a screen should show first; taken once by the screen that it is for. */
export interface Destination {
  /** Annotate this document. */
  readonly document?: number;
  /** Annotate what this search finds. */
  readonly search?: string;
  /** Annotate documents that tell most of this label. */
  readonly ask?: number;
  /** Annotate the finished documents that are undecided for this label. */
  readonly undecided?: number;
  /** Annotate the documents on which annotators disagree and the rule leaves it open. */
  readonly disputed?: true;
  /** Browse with this filter. */
  readonly filter?: Partial<Filter>;
  readonly label?: number;
  /** The list of cases in Evaluate that one comes from, or goes back to. */
  readonly cases?: Cases;
}

export const navigation = $state<{ screen: Screen; to: Destination; visits: number }>({
  screen: 'annotate',
  to: {},
  visits: 0,
});

/** What the screen that is being made should show first: where one goes later does not change what it began with. */
export const destination = (): Destination => untrack(() => navigation.to);

/** Shows a screen and moves the focus to it, so that it is never lost. */
export function go(screen: Screen, to: Destination = {}): void {
  // A field that is left saves what was typed, also when its screen goes.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  navigation.screen = screen;
  navigation.to = to;
  navigation.visits += 1;
  void tick().then(focusScreen);
}

/** The screen's own choice stays (an enabled element with data-focus, or what it focused itself); else its heading. */
export function focusScreen(): void {
  const main = document.querySelector('main');
  if (!main || (document.activeElement !== main && main.contains(document.activeElement))) return;
  const target =
    main.querySelector<HTMLElement>('[data-focus]:not(:disabled)') ?? main.querySelector('h1') ?? main;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
