import type { Backend } from '../backend/index.ts';

const MOST = 4;
const WINDOW_MS = 60_000;
/** Of sockets and streams: they say nothing of the project. */
const OF_CONNECTIONS = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENOTCONN|HPE_|ERR_HTTP|ERR_STREAM)/;

/**
 * For what was thrown in this process and nobody caught: the host serves on. What was half done in memory is dropped by
 * opening the project anew (its file has whole transactions only), at most four times a minute.
 */
export function createRecovery(
  { open, session: { workspace } }: Pick<Backend, 'open' | 'session'>,
  now: () => number = Date.now,
): (error: unknown) => Promise<void> {
  const times: number[] = [];
  return async (error) => {
    const path = workspace.current?.project.path;
    if (path === undefined || OF_CONNECTIONS.test(codeOf(error))) return;
    while (times.length > 0 && now() - times[0]! > WINDOW_MS) times.shift();
    if (times.length >= MOST) return;
    times.push(now());
    await workspace.end();
    await open(path);
  };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
