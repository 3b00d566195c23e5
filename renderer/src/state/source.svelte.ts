import { isAnother } from './toasts.svelte.ts';

/**
 * Grows whenever something else suggests than before, a run or another model: what is shown of runs and models is read again
 * then.
 */
export const source = $state({ version: 0 });

/** To be called by whatever changes which run or model suggests. */
export function sourceChanged(): void {
  source.version += 1;
  isAnother('source');
}
