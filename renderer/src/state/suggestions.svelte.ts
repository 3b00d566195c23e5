import { api, isAbort } from '../api.ts';
import { fromBackend } from '../texts/index.ts';
import { fail, warn } from './toasts.svelte.ts';

const VERSION_MS = 1000;

interface SuggestionState {
  /** Documents whose suggestions are there, of how many. */
  done: number;
  total: number;
  working: boolean;
  /** Grows, at most once a second, while suggestions come: what is shown of them may be read again. */
  version: number;
}

export const suggestions = $state<SuggestionState>({ done: 0, total: 0, working: false, version: 0 });

let reading: AbortController | undefined;
/** Notices that were shown: who reads the progress again gets them again. */
const shown = new Set<string>();

/** Reads how many are missing, and goes on with them. */
export async function loadStale(): Promise<void> {
  try {
    const { done, total, running } = await api.suggestions.stale();
    Object.assign(suggestions, { done, total });
    if (running || done < total) void refreshSuggestions();
  } catch (error) {
    fail(error);
  }
}

/**
 * Has what is stale scored, and follows it; work that is under way goes on. `first`: documents whose suggestions are
 * needed soonest.
 */
export async function refreshSuggestions(first: readonly number[] = []): Promise<void> {
  reading?.abort();
  const own = new AbortController();
  reading = own;
  let shownAt = performance.now();
  try {
    const progress = await api.suggestions.refresh({ first: first.slice(0, 200) }, { signal: own.signal });
    for await (const { done, total, begun, notice } of progress) {
      if (own.signal.aborted) return;
      if (notice !== undefined && !shown.has(notice)) {
        shown.add(notice);
        warn(fromBackend(notice));
      }
      Object.assign(suggestions, { done, total, working: done < total || begun === true });
      if (performance.now() - shownAt < VERSION_MS) continue;
      shownAt = performance.now();
      suggestions.version += 1;
    }
  } catch (error) {
    if (!isAbort(error) && !own.signal.aborted) fail(error);
  }
  if (reading !== own) return;
  suggestions.working = false;
  suggestions.version += 1;
}

/** Leaves the rest as it is until something changes or the project is opened again. */
export async function stopSuggestions(): Promise<void> {
  suggestions.working = false;
  await api.suggestions.stop().catch(fail);
}

/** Another project is open: what is read of the last one no longer counts. */
export function forgetSuggestions(): void {
  reading?.abort();
  reading = undefined;
  shown.clear();
  Object.assign(suggestions, { done: 0, total: 0, working: false });
}
