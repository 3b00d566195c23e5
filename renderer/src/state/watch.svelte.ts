import { untrack } from 'svelte';

/**
 * Does something whenever what `source` reads changes, and at first. Unlike in a bare `$effect`, what `work` reads is not
 * waited for: it may change what it reads without being called again. Returns what ends the work before the next.
 */
export function watch<T>(source: () => T, work: (value: T) => undefined | (() => void)): void {
  $effect(() => {
    const value = source();
    return untrack(() => work(value));
  });
}
