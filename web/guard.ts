import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const START_KEY_MS = 60_000;

/** Keys of one server: a start key that is good once and for a minute, and the session key it is exchanged for. */
export interface Keys {
  readonly start: string;
  /** The session key, or null: wrong, used or too late. */
  exchange(key: string): string | null;
  isSession(key: string | undefined): boolean;
}

export function createKeys(now: () => number = Date.now): Keys {
  const start = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  const made = now();
  let used = false;
  return {
    start,
    exchange(key) {
      if (used || now() - made > START_KEY_MS || !same(key, start)) return null;
      used = true;
      return session;
    },
    isSession: (key) => key !== undefined && same(key, session),
  };
}

/** In constant time, whatever the lengths. */
function same(given: string, wanted: string): boolean {
  const one = Buffer.from(given.padEnd(wanted.length).slice(0, wanted.length));
  return timingSafeEqual(one, Buffer.from(wanted)) && given.length === wanted.length;
}

/**
 * Whether a request may be answered at all: from this machine's own address bar or our own page. A status to refuse
 * with, or null. A web page elsewhere can send requests here, so host and origin are checked on each.
 */
export function refusal(
  request: Pick<IncomingMessage, 'method' | 'headers' | 'url'>,
  port: number,
): number | null {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return 421;
  const site = request.headers['sec-fetch-site'];
  const top =
    request.method === 'GET' && request.url === '/' && request.headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !top) return 403;
  if (request.method === 'GET') return null;
  if (request.method !== 'POST') return 405;
  return origin === `http://${host}` ? null : 403;
}
