import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const START_KEY_MS = 60_000;

/** Why a start key opens nothing: it did already, its minute is over, or it is none of this server. */
export type Refused = 'used' | 'late' | 'unknown';

/** Keys of one server: start keys that are good once and for a minute, and the session key they are exchanged for. */
export interface Keys {
  /** A new start key; those made before stay as good as they are. */
  start(): string;
  exchange(key: string): { readonly session: string } | { readonly refused: Refused };
  isSession(key: string | undefined): boolean;
}

/** Older ones are forgotten. */
const MOST_STARTS = 20;

export function createKeys(now: () => number = Date.now): Keys {
  const session = randomBytes(32).toString('base64url');
  const starts: { readonly key: string; readonly made: number; used: boolean }[] = [];
  return {
    start() {
      const key = randomBytes(32).toString('base64url');
      starts.push({ key, made: now(), used: false });
      if (starts.length > MOST_STARTS) starts.shift();
      return key;
    },
    exchange(key) {
      const [found] = starts.filter((start) => same(key, start.key));
      if (!found) return { refused: 'unknown' };
      if (found.used) return { refused: 'used' };
      if (now() - found.made > START_KEY_MS) return { refused: 'late' };
      found.used = true;
      return { session };
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
