import { api, isUnanswered } from '../api.ts';
import { isStale } from '../connect/opening.ts';

const RETRY_MS = 1000;
/** An app that starts again answers within this time. */
const RESTART_MS = 20_000;

/**
 * `lost`: the backend doesn't answer at the moment; it is asked again until it does. `silent`: for so long that it hardly
 * starts again by itself.
 */
export const connection = $state<{ status: 'ready' | 'lost'; silent: boolean; restarts: number }>({
  status: 'ready',
  silent: false,
  restarts: 0,
});

let asking = false;

/** To be told of any failed call: finds out whether the backend is gone, and waits for it. */
export function noteFailure(error: unknown): void {
  if (!isUnanswered(error) || isStale(error) || asking) return;
  connection.status = 'lost';
  void waitForBackend();
}

/** A host that connected again says so: what is shown is read again. */
export function backendReturned(): void {
  connection.status = 'ready';
  connection.silent = false;
  connection.restarts += 1;
}

async function waitForBackend(): Promise<void> {
  asking = true;
  const since = performance.now();
  while (connection.status === 'lost') {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const answered = await api.app.state().then(
      () => true,
      (error: unknown) => !isUnanswered(error),
    );
    if (answered && connection.status === 'lost') backendReturned();
    connection.silent = connection.status === 'lost' && performance.now() - since >= RESTART_MS;
  }
  asking = false;
}
