import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { type Api, STORED } from '../api.ts';
import { backendReturned, connection } from '../state/connection.svelte.ts';
import { warn } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { type CallContext, openingHeader, withOpening } from './opening.ts';

/** Why the page has no key: its address has none, or one that was used before or came too late. */
export type NoKey = 'none' | 'used' | 'late';

const startKey = (): string | null => new URLSearchParams(location.hash.slice(1)).get('k');

/** Exchanges a start key for a session key, which this tab keeps. null: it did; else why not. */
async function exchange(start: string): Promise<NoKey | null> {
  history.replaceState(null, '', '/');
  const response = await fetch('/session', { method: 'POST', body: start });
  const answer = await response.text();
  if (!response.ok) return answer === 'used' || answer === 'late' ? answer : 'none';
  sessionStorage.setItem(STORED, answer);
  return null;
}

/**
 * A new link that is opened in this tab changes no more than the end of the address. Where the host was started again its
 * key is taken as it is, so that what is not saved yet stays; else the page is loaded for it.
 */
async function takeLink(): Promise<void> {
  const start = startKey();
  if (start === null) return;
  if (connection.status === 'ready') return location.reload();
  const refused = await exchange(start).catch(() => undefined);
  if (refused === undefined) warn(`${t().app.connection.unanswered} ${t().app.connection.newLink}`);
  else if (refused === null) backendReturned();
  else warn(`${t().app.connection.noKey[refused]}. ${t().app.connection.newLink}`);
}

/**
 * Connects to the host that served the page. The start key in the address is exchanged once for a session key, which
 * is kept for this tab, and taken out of the address.
 */
export async function connectToWebHost(): Promise<Api | NoKey> {
  const start = startKey();
  window.addEventListener('hashchange', () => void takeLink());
  const refused = start === null ? 'none' : await exchange(start);
  if (sessionStorage.getItem(STORED) === null) return refused ?? 'none';
  const link = new RPCLink<CallContext>({
    url: `${location.origin}/rpc`,
    headers: (options) => ({
      'x-entail-key': sessionStorage.getItem(STORED) ?? '',
      ...openingHeader(options),
    }),
  });
  return createORPCClient<Api>(withOpening(link));
}
