import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract, Failure } from '../../contract/index.ts';
import { type CallContext, openingHeader, withOpening } from './connect/opening.ts';
import { failureInWords, t } from './texts/index.ts';

/** The backend, as the interface sees it. */
export type Api = ContractRouterClient<Contract>;

const STORED = 'entail-session';

/** The connection in use. A host may connect again with another one: read it at each call, keep no copy. */
export let api: Api;

export function useApi(connected: Api): void {
  api = connected;
}

/** Why the page has no key: its address has none, or one that was used before or came too late. */
export type NoKey = 'none' | 'used' | 'late';

const startKey = (): string | null => new URLSearchParams(location.hash.slice(1)).get('k');

/**
 * Connects to the host that served the page. The start key in the address is exchanged once for a session key, which
 * is kept for this tab, and taken out of the address.
 */
export async function connectToWebHost(): Promise<Api | NoKey> {
  const start = startKey();
  // A new link that is opened in this tab changes no more than the end of the address: the page is not loaded for it.
  window.addEventListener('hashchange', () => startKey() === null || location.reload());
  let refused: NoKey = 'none';
  if (start !== null) {
    history.replaceState(null, '', '/');
    const response = await fetch('/session', { method: 'POST', body: start });
    const answer = await response.text();
    if (response.ok) sessionStorage.setItem(STORED, answer);
    else if (answer === 'used' || answer === 'late') refused = answer;
  }
  const key = sessionStorage.getItem(STORED);
  if (key === null) return refused;
  const link = new RPCLink<CallContext>({
    url: `${location.origin}/rpc`,
    headers: (options) => ({ 'x-entail-key': key, ...openingHeader(options) }),
  });
  return createORPCClient<Api>(withOpening(link));
}

/** Fetches a file that was exported from the host that served the page, and has the browser keep it. */
export async function download(token: string, name: string): Promise<void> {
  const response = await fetch('/exported', {
    method: 'POST',
    headers: { 'x-entail-key': sessionStorage.getItem(STORED) ?? '' },
    body: JSON.stringify({ token, name }),
  });
  if (!response.ok) throw new ORPCError('REFUSED', { message: refusedDownload(response.status, name) });
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: fileNameOf(name) });
  link.click();
  // The browser has taken it by then; what it holds is given back.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Browsers take no folders in the name of a file. */
const fileNameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function refusedDownload(status: number, name: string): string {
  if (status === 404) return t().export.notThere(name);
  if (status === 403) return `${t().export.noKey(name)} ${t().app.connection.newLink}`;
  return t().export.notSent(name, status);
}

/** Whether a call failed because nobody is there to answer, not because the backend refused it. */
export const isUnanswered = (error: unknown): boolean => !(error instanceof ORPCError) && !isAbort(error);

/** Whether a call ended because the person cancelled it. */
export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** The stable code of a failure that was expected. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof ORPCError ? (error.data as { code?: string } | undefined)?.code : undefined;

/** The backend's failures have this form; those of the transport don't. A schema here would bring its compiler along. */
const isFailure = (data: unknown): data is Failure =>
  typeof data === 'object' &&
  data !== null &&
  ['code', 'message', 'hint', 'remedy', 'params'].every((key) => key in data);

/** A failure in words, with what to do. */
export function inWords(error: unknown): string {
  if (!(error instanceof ORPCError)) return t().app.connection.unanswered;
  if (isFailure(error.data)) return failureInWords(error.data);
  // The transport's own: the host was started again since this tab got its key.
  return error.status === 403
    ? `${t().app.connection.unknownTab} ${t().app.connection.newLink}`
    : error.message;
}
