import { isAnother } from './toasts.svelte.ts';

/**
 * Grows whenever something else suggests than before, a run or another model: what is shown of runs and models is read again
 * then.
 */
export const source = $state({ version: 0 });

let onOwn: () => void = () => undefined;

/** To be told when this window changed it. */
export function whenSourceChanged(tell: () => void): void {
  onOwn = tell;
}

/** To be called by whatever changes which run or model suggests. */
export function sourceChanged(): void {
  isAnotherSource();
  onOwn();
}

/** Another window changed it. */
export function isAnotherSource(): void {
  source.version += 1;
  isAnother('source');
}
