import type { AppState, Label } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { follow } from '../train/training.svelte.ts';
import { labels } from './labels.svelte.ts';
import { loadSummary } from './project.svelte.ts';
import { isAnotherSource, source } from './source.svelte.ts';
import { loadStale, suggestions } from './suggestions.svelte.ts';
import { attempt } from './toasts.svelte.ts';

export const elsewhere = $state({
  /** Grows when another window added or deleted labels: screens begin anew, since all of them go by the labels. */
  labels: 0,
  /** Grows when documents were decided since anyone asked, here or in another window: what is shown of them is read again. */
  decisions: 0,
});

type Marks = AppState['marks'];
let seen: Marks = null;

/** What is shown is of this state. */
export function seeMarks(marks: Marks): void {
  seen = marks;
}

/** Reads again what another window has changed. `own`: which run or model suggests was changed here. */
export async function followMarks(now: Marks, own: boolean): Promise<void> {
  const before = seen;
  seen = now;
  if (before === null || now === null) return;
  const others = now.source !== before.source && !own;
  if (others) isAnotherSource();
  else if (now.runs !== before.runs) source.version += 1;
  // A training that was begun there is shown here, too.
  if (now.runs !== before.runs) void follow();
  const decided = now.decisions !== before.decisions;
  if (decided) {
    elsewhere.decisions += 1;
    void attempt(loadSummary);
  }
  const relabelled = now.labels !== before.labels && (await readLabels());
  if (!others && !relabelled && !decided) return;
  suggestions.version += 1;
  if (!others && !relabelled) return;
  await loadStale();
}

const idsOf = (all: readonly Label[]): string => all.map(({ id }) => id).join();

/** false: they are as they are shown, as after a change of this window. */
async function readLabels(): Promise<boolean> {
  const all = await attempt(() => api.labels.list());
  if (!all || JSON.stringify(all) === JSON.stringify(labels.all)) return false;
  const same = idsOf(all) === idsOf(labels.all);
  labels.all = all;
  if (!same) elsewhere.labels += 1;
  return true;
}
