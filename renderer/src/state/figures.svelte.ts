import { onDestroy } from 'svelte';
import { createRenewing } from './renewing.ts';
import { source } from './source.svelte.ts';
import { suggestions } from './suggestions.svelte.ts';
import { watch } from './watch.svelte.ts';

/**
 * Reads figures that rest on suggestions, now and whenever these may have changed while the figures are on the screen:
 * another run or model suggests, its suggestions come, decisions taught something. `read` tells of its failures itself.
 */
export function followSuggestions(read: () => Promise<unknown>, wanted: () => boolean = () => true): void {
  const { renew, end } = createRenewing(read);
  onDestroy(end);
  watch(
    () => wanted() && `${source.version} ${suggestions.version}`,
    (now) => {
      if (now !== false) renew();
    },
  );
}
