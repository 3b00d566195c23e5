import { discardUnsaved, whenSaved } from '../annotate/saving.svelte.ts';
import { api } from '../api.ts';
import { shownOpening, showOpening } from '../connect/opening.ts';
import { t } from '../texts/index.ts';
import { seeMarks } from './elsewhere.svelte.ts';
import { labels, loadLabels } from './labels.svelte.ts';
import { learnFromDecisions } from './learning.ts';
import { go } from './navigation.svelte.ts';
import { loadSummary, project } from './project.svelte.ts';
import { saveTyped } from './resting.ts';
import { forgetSuggestions, loadStale } from './suggestions.svelte.ts';
import { forgetFailures, warn } from './toasts.svelte.ts';

/** Reads which project is open and all that the frame shows of it. */
export async function loadProject(): Promise<void> {
  const { host, version, project: name, opening, token, readOnly, marks } = await api.app.state();
  let lost = 0;
  if (opening !== shownOpening()) {
    leaveFields();
    // Decisions that could not be saved belong to the other project: they are named, and never go into this one.
    lost = discardUnsaved();
  }
  showOpening(opening);
  seeMarks(marks);
  if (lost > 0) warn(t().app.stale.lost(lost));
  forgetSuggestions();
  if (name !== null) await Promise.all([loadLabels(), loadSummary()]);
  else project.summary = null;
  Object.assign(project, { host, version, name, token, readOnly, replacedBy: null });
  if (name !== null) {
    void loadStale();
    void learnFromDecisions();
  }
}

/** What is being typed belongs to the project that was shown: it is saved there or refused, and never in this one. */
function leaveFields(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  saveTyped();
}

/** After another project was opened, or none: shows the screen that it needs first. */
export async function enterProject(): Promise<void> {
  await loadProject();
  project.opened += 1;
  forgetFailures();
  goFirst();
}

/** The host says that another project is open: the page may have read that already, when it was loaded. */
export async function followHost(): Promise<void> {
  const { opening } = await api.app.state();
  if (opening === shownOpening()) return;
  await whenSaved();
  await enterProject();
}

/** The screen that the project needs first. */
export function goFirst(): void {
  const empty = project.name !== null && project.summary?.documents === 0;
  const unlabelled = project.name !== null && labels.all.length === 0;
  go(empty ? 'import' : unlabelled ? 'labels' : 'annotate');
}
