import { api } from '../api.ts';
import { t } from '../texts/index.ts';
import { sourceChanged } from './source.svelte.ts';
import { refreshSuggestions } from './suggestions.svelte.ts';
import { attempt, say } from './toasts.svelte.ts';

/** Suggestions of the open project come from this model from now on, which is said, with the way back. A failure is said. */
export function useModel(name: string): Promise<unknown> {
  return attempt(async () => {
    const run = (await api.training.runs()).find(({ active }) => active);
    const before = (await api.settings.models()).find(({ used }) => used !== null);
    await api.settings.useModel({ name });
    sourceChanged();
    const words = t().app;
    const message = run ? words.models.inUseInstead(run.name) : words.models.inUse;
    const undo = before && { text: words.undo, run: () => goBack(before.name, run?.id) };
    say(message, undo, 'source');
    void refreshSuggestions();
  });
}

/** The model that was in use, and its run if one suggested. */
function goBack(model: string, run: number | undefined): Promise<unknown> {
  return attempt(async () => {
    await api.settings.useModel({ name: model, back: true });
    if (run !== undefined) await api.training.activate({ run });
    sourceChanged();
    void refreshSuggestions();
  });
}
