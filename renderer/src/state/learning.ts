import { api, codeOf, isAbort, isUnanswered } from '../api.ts';
import { forgetWithProject } from '../connect/opening.ts';
import { suggestions } from './suggestions.svelte.ts';
import { fail } from './toasts.svelte.ts';

let learning = false;
let again = false;
/** What was learnt when suggestions that are shown were read last. */
let shown = 0;
forgetWithProject(() => {
  shown = 0;
});

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
      const { version } = await api.suggestions.learn();
      // Others may have had it learnt before this was asked: a choice of what comes next, another window.
      if (version !== shown) suggestions.version += 1;
      shown = version;
    } while (again);
  } catch (error) {
    // Who can't be reached, or has another project open by now, is told of by what the person does next.
    if (!isAbort(error) && !isUnanswered(error) && !QUIET.has(codeOf(error) ?? '')) fail(error);
  } finally {
    learning = false;
  }
}

const QUIET = new Set(['cancelled', 'no_project', 'stale_page']);
