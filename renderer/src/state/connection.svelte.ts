import { api, isUnanswered } from '../api.ts';
import { isStale } from '../connect/opening.ts';

const RETRY_MS = 1000;

/** `lost`: the backend doesn't answer at the moment; it is asked again until it does. */
export const connection = $state<{ status: 'ready' | 'lost'; restarts: number }>({
  status: 'ready',
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
  connection.restarts += 1;
}

async function waitForBackend(): Promise<void> {
  asking = true;
  while (connection.status === 'lost') {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const answered = await api.app.state().then(
      () => true,
      (error: unknown) => !isUnanswered(error),
    );
    if (answered && connection.status === 'lost') backendReturned();
  }
  asking = false;
}
