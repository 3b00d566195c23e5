import { EngineError } from '../errors.ts';
import { type Digest, isCommit } from './cache.ts';

/** The hub as one download talks to it. */
export interface HubAddress {
  readonly endpoint: URL;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What the hub says of a file before it is downloaded. */
export interface RemoteFile {
  readonly bytes: number;
  readonly digest: Digest;
  readonly commit: string;
}

const MAX_REDIRECTS = 5;
const HEADERS_TIMEOUT_MS = 30_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The headers' own error would quote a token that can't be sent. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The hub's address. Throws `hub_address_invalid` unless it is https, or http on this machine, and `hub_token_invalid` for
 * a token that no header can carry.
 */
export function hubAddress(endpoint: string, token?: string, signal?: AbortSignal): HubAddress {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !isAllowed(url, url) || url.username !== '' || url.search !== '') {
    const hint = 'Set HF_ENDPOINT to an https address, or leave it out.';
    throw new EngineError(
      'hub_address_invalid',
      `"${endpoint.slice(0, 200)}" is not an address of a model hub.`,
      hint,
    );
  }
  const sent = token?.trim() || undefined;
  if (sent !== undefined && !TOKEN.test(sent)) {
    throw new EngineError(
      'hub_token_invalid',
      'The token for the model hub has characters that no token has.',
      'Copy it again.',
    );
  }
  return { endpoint: url, token: sent, signal };
}

/** The address of a file; each part of the path is escaped. */
export function fileUrl(hub: HubAddress, id: string, revision: string, path: string): URL {
  const parts = [...id.split('/'), 'resolve', revision, ...path.split('/')].map(encodeURIComponent);
  return new URL(`${hub.endpoint.href.replace(/\/+$/, '')}/${parts.join('/')}`);
}

/**
 * Asks for a file's size, hash and commit; null when the model has no such file.
 *
 * The hub puts them on its own answer, before any redirect to a storage host (`x-linked-etag`, `x-linked-size`,
 * `x-repo-commit`), so redirects are followed on the hub's host only.
 */
export async function describeFile(hub: HubAddress, url: URL): Promise<RemoteFile | null> {
  let current = url;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    const response = await ask(hub, current, { method: 'HEAD' });
    const next = redirectOf(hub, current, response);
    if (next !== null && !response.headers.has('x-linked-etag') && next.origin === current.origin) {
      current = next;
      continue;
    }
    if (response.status === 404 && response.headers.get('x-error-code') !== 'RepoNotFound') return null;
    if (next === null) refuseFailure(response, current);
    return readHeaders(response, current);
  }
  throw unexpected(url, 'it redirects for ever');
}

/** Opens a file from byte `start` on. The token goes to the hub's own origin only. */
export async function openFile(hub: HubAddress, url: URL, start: number): Promise<Response> {
  let current = url;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    const response = await ask(hub, current, start > 0 ? { headers: { range: `bytes=${start}-` } } : {});
    const next = redirectOf(hub, current, response);
    if (next === null) {
      if (response.status !== 416) refuseFailure(response, current);
      return response;
    }
    await response.body?.cancel();
    current = next;
  }
  throw unexpected(url, 'it redirects for ever');
}

async function ask(
  hub: HubAddress,
  url: URL,
  init: { method?: string; headers?: Record<string, string> },
): Promise<Response> {
  const headers = new Headers({ 'accept-encoding': 'identity', 'user-agent': 'entail', ...init.headers });
  if (hub.token !== undefined && url.origin === hub.endpoint.origin)
    headers.set('authorization', `Bearer ${hub.token}`);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), HEADERS_TIMEOUT_MS);
  const signal = AbortSignal.any([timeout.signal, ...(hub.signal ? [hub.signal] : [])]);
  try {
    // The timer guards the headers only; the caller watches over the body.
    return await fetch(url, { method: init.method ?? 'GET', headers, redirect: 'manual', signal });
  } catch (error) {
    if (hub.signal?.aborted) throw cancelled();
    const hint = 'Check the network, or choose a model folder on this computer.';
    throw new EngineError('hub_unreachable', `${url.host} cannot be reached${reasonOf(error)}.`, hint, error);
  } finally {
    clearTimeout(timer);
  }
}

export function cancelled(): EngineError {
  return new EngineError(
    'download_cancelled',
    'The download was cancelled.',
    'Start it again to go on where it stopped.',
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
}

/** Where a redirect leads, or null when the answer is none. Throws where it leads out of https. */
function redirectOf(hub: HubAddress, from: URL, response: Response): URL | null {
  if (!REDIRECTS.has(response.status)) return null;
  const location = response.headers.get('location') ?? '';
  if (!URL.canParse(location, from.href)) throw unexpected(from, 'it redirects nowhere');
  const to = new URL(location, from);
  if (!isAllowed(to, hub.endpoint)) {
    throw new EngineError(
      'hub_redirect_refused',
      `${from.host} redirects to ${to.protocol}//${to.host}, which is not safe.`,
    );
  }
  return to;
}

/** https everywhere; plain http only on this machine, and only when the hub itself is there. */
function isAllowed(url: URL, endpoint: URL): boolean {
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && LOOPBACK.test(url.hostname) && LOOPBACK.test(endpoint.hostname);
}

function refuseFailure(response: Response, url: URL): void {
  const { status } = response;
  if (status === 200 || status === 206) return;
  void response.body?.cancel();
  if (status === 401 || status === 403 || status === 404) {
    throw new EngineError(
      'hub_denied',
      `${url.host} has no such model, or does not give it to you (${status}).`,
      { code: 'give_hub_token' },
    );
  }
  if (status === 429) throw new HubBusy(`${url.host} asks to slow down (429).`, retryAfterMs(response));
  if (status >= 500) throw new HubBusy(`${url.host} has a fault (${status}).`, retryAfterMs(response));
  throw unexpected(url, `it says ${status}`);
}

/** A failure that may pass. */
export class HubBusy extends EngineError {
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null) {
    super('hub_busy', message, 'Try again later; the download goes on where it stopped.');
    this.retryAfterMs = retryAfterMs;
  }
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function readHeaders(response: Response, url: URL): RemoteFile {
  const { headers } = response;
  const commit = headers.get('x-repo-commit') ?? '';
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '')
    .replace(/^W\//, '')
    .replaceAll('"', '');
  const bytes = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? Number.NaN);
  if (!isCommit(commit)) throw unexpected(url, 'it names no commit');
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw unexpected(url, 'it gives no size');
  if (/^[0-9a-f]{64}$/.test(etag)) return { bytes, commit, digest: { kind: 'sha256', hex: etag } };
  if (/^[0-9a-f]{40}$/.test(etag)) return { bytes, commit, digest: { kind: 'gitSha1', hex: etag } };
  throw unexpected(url, 'it gives no hash to check the file with');
}

function unexpected(url: URL, what: string): EngineError {
  const hint = 'A proxy may stand between, or HF_ENDPOINT may be wrong.';
  return new EngineError(
    'hub_unexpected_answer',
    `${url.host} does not answer like a model hub: ${what}.`,
    hint,
  );
}
