import { api } from '../api.ts';
import { worded } from './choice.svelte.ts';

/** Queues of the backend that the page has no words of its own for: they are shown by the backend's sentence. */
export const more = $state<{ queues: { name: string; sentence: string }[] }>({ queues: [] });

export async function loadMoreQueues(): Promise<void> {
  more.queues = (await api.annotations.queues()).filter(({ name }) => !Object.hasOwn(worded(), name));
}
