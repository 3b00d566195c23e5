import { api, isAbort } from '../api.ts';
import { fail } from './toasts.svelte.ts';

interface SuggestionState {
  /** Documents whose suggestions are there, of how many. */
  done: number;
  total: number;
  working: boolean;
  /** Grows when suggestions have come: what is shown of them may be read again. */
  version: number;
}

export const suggestions = $state<SuggestionState>({ done: 0, total: 0, working: false, version: 0 });

let stop: AbortController | undefined;

export async function loadStale(): Promise<void> {
  try {
    Object.assign(suggestions, await api.suggestions.stale());
  } catch (error) {
    fail(error);
  }
}

/** Scores what is stale, in the background; one at a time. `first`: documents whose suggestions are needed soonest. */
export async function refreshSuggestions(first: readonly number[] = []): Promise<void> {
  if (suggestions.working) stop?.abort();
  const own = new AbortController();
  stop = own;
  suggestions.working = true;
  try {
    const progress = await api.suggestions.refresh(
      { first: [...first].slice(0, 200) },
      { signal: own.signal },
    );
    for await (const { done, total } of progress) {
      Object.assign(suggestions, { done, total });
      suggestions.version += 1;
    }
  } catch (error) {
    if (!isAbort(error) && !own.signal.aborted) fail(error);
  } finally {
    if (stop === own) {
      suggestions.working = false;
      void loadStale();
    }
  }
}

export function cancelSuggestions(): void {
  stop?.abort();
}
