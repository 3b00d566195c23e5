import { api } from '../api.ts';
import { t } from '../texts/index.ts';
import { sourceChanged } from './source.svelte.ts';
import { refreshSuggestions } from './suggestions.svelte.ts';
import { attempt, say } from './toasts.svelte.ts';

/**
 * Suggestions of the open project come from this model from now on; where a run suggested, that is said, with the way back.
 * A failure is said.
 */
export function useModel(name: string): Promise<unknown> {
  return attempt(async () => {
    const run = (await api.training.runs()).find(({ active }) => active);
    const before = (await api.settings.models()).find(({ used }) => used !== null);
    await api.settings.useModel({ name });
    sourceChanged();
    const words = t().app;
    if (run) {
      const back = () => goBack(before?.name, run.id);
      say(words.models.inUseInstead(run.name), { text: words.undo, run: back }, 'source');
    } else say(words.models.inUse, undefined, 'source');
    void refreshSuggestions();
  });
}

/** The model that was in use, and its run. */
function goBack(model: string | undefined, run: number): Promise<unknown> {
  return attempt(async () => {
    if (model !== undefined) await api.settings.useModel({ name: model });
    await api.training.activate({ run });
    sourceChanged();
    void refreshSuggestions();
  });
}
