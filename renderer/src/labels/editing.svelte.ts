import type { Affected, Label } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { labels } from '../state/labels.svelte.ts';
import { loadSummary } from '../state/project.svelte.ts';
import { refreshSuggestions } from '../state/suggestions.svelte.ts';
import { attempt, forgetFailures, say, sayWithUndo } from '../state/toasts.svelte.ts';
import { fromBackend, t } from '../texts/index.ts';

export type LabelChange = Partial<Omit<Label, 'id'>>;

export async function addLabel(name: string): Promise<Label | undefined> {
  return attempt(async () => {
    const label = await api.labels.add({ name, hypotheses: [] });
    labels.all = [...labels.all, label];
    forgetFailures();
    void refreshSuggestions();
    return label;
  });
}

/** Saves what was changed of a label. false: it was refused, and why is shown. */
export async function changeLabel(id: number, change: LabelChange): Promise<boolean> {
  const changed = await attempt(async () => {
    labels.all = (await api.labels.update({ id, ...change })).labels;
    forgetFailures();
    if (change.hypotheses) void refreshSuggestions();
    return true;
  });
  return changed ?? false;
}

export async function removeLabel({ id, name }: Label): Promise<void> {
  await attempt(async () => {
    const { labels: all, change } = await api.labels.remove({ id });
    labels.all = all;
    sayWithUndo(t().labels.deleted(name), () => undoLabels(change));
    await loadSummary();
  });
}

export async function mergeLabel(from: Label, into: Label): Promise<void> {
  await attempt(async () => {
    const { labels: all, change } = await api.labels.merge({ from: from.id, into: into.id });
    labels.all = all;
    sayWithUndo(t().labels.merged(from.name, into.name), () => undoLabels(change));
    await loadSummary();
  });
}

/** Moves a label to a place; shown at once, taken back when it can't be saved. */
export async function moveLabel(id: number, to: number): Promise<void> {
  const before = labels.all;
  const label = before.find((other) => other.id === id);
  if (!label || to < 0 || to >= before.length) return;
  const rest = before.filter((other) => other.id !== id);
  labels.all = [...rest.slice(0, to), label, ...rest.slice(to)];
  const saved = await attempt(() => api.labels.reorder({ ids: labels.all.map((other) => other.id) }));
  labels.all = saved?.labels ?? before;
}

/** Takes a change of labels back; absent: the last. */
export async function undoLabels(change?: number): Promise<void> {
  await attempt(async () => {
    const { labels: all, undone } = await api.labels.undo(change === undefined ? undefined : { change });
    labels.all = all;
    say(undone === null ? t().labels.nothingToUndo : t().labels.undone(fromBackend(undone)));
    void refreshSuggestions();
    await loadSummary();
  });
}

/** What goes, in words; for a label that nothing hangs on, that. */
export function affectedInWords({ yes, no, accepted, suggestions, runs }: Affected): string {
  const words = t().labels;
  const answers =
    yes + no + accepted + suggestions === 0 ? words.unused : words.has({ yes, no, accepted, suggestions });
  return runs > 0 ? `${answers} ${words.learntBy(runs)}` : answers;
}
