import { api, codeOf, isAbort, isUnanswered } from '../api.ts';
import { suggestions } from './suggestions.svelte.ts';
import { fail } from './toasts.svelte.ts';

let learning = false;
let again = false;

/**
 * Has what was decided learnt, and what is shown of suggestions read again where that changed them. To be called after
 * each decision; decisions that come meanwhile are learnt together.
 */
export async function learnFromDecisions(): Promise<void> {
  if (learning) {
    again = true;
    return;
  }
  learning = true;
  try {
    do {
      again = false;
      const { changed } = await api.suggestions.learn();
      if (changed) suggestions.version += 1;
    } while (again);
  } catch (error) {
    // Who can't be reached, or has another project open by now, is told of by what the person does next.
    if (!isAbort(error) && !isUnanswered(error) && !QUIET.has(codeOf(error) ?? '')) fail(error);
  } finally {
    learning = false;
  }
}

const QUIET = new Set(['cancelled', 'no_project', 'stale_page']);
