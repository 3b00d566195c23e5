import type { ModelEntry } from '../../../contract/index.ts';
import { api } from '../api.ts';
import { t } from '../texts/index.ts';
import { refreshSuggestions } from './suggestions.svelte.ts';
import { attempt, say } from './toasts.svelte.ts';

/** Suggestions of the open project come from this model from now on. The list of models; undefined: it failed, and was said. */
export function useModel(name: string): Promise<ModelEntry[] | undefined> {
  return attempt(async () => {
    const models = await api.settings.useModel({ name });
    say(t().app.models.inUse);
    void refreshSuggestions();
    return models;
  });
}
