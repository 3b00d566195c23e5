import { api } from '../api.ts';
import { attempt } from './toasts.svelte.ts';

interface Getting {
  /** Of the model that is downloaded now; null: none is. */
  name: string | null;
  /** Bytes; `total` is 0 before it is known. */
  received: number;
  total: number;
}

/** One download at a time; it goes on whatever screen is shown. */
export const getting = $state<Getting>({ name: null, received: 0, total: 0 });

let stop = new AbortController();

/** Downloads a model of the hub. Whether it is here now: not when it failed, which is told, or was cancelled. */
export async function getModel(name: string): Promise<boolean> {
  stop = new AbortController();
  const { signal } = stop;
  Object.assign(getting, { name, received: 0, total: 0 });
  let here = false;
  await attempt(async () => {
    for await (const progress of await api.settings.getModel({ name }, { signal }))
      Object.assign(getting, progress);
    here = !signal.aborted;
  });
  getting.name = null;
  return here;
}

/** What has come is kept for the next time. */
export const cancelGetting = (): void => stop.abort();
