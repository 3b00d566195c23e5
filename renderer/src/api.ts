import { ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract, Failure } from '../../contract/index.ts';
import { failureInWords, t } from './texts/index.ts';

/** The backend, as the interface sees it. */
export type Api = ContractRouterClient<Contract>;

/** Where a tab keeps its key of the browser's host. */
export const STORED = 'entail-session';

/** The connection in use. A host may connect again with another one: read it at each call, keep no copy. */
export let api: Api;

export function useApi(connected: Api): void {
  api = connected;
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

/** Whether the host answers, and does not know this tab's key: it was started again since the tab got it. */
export const isUnknownTab = (error: unknown): boolean =>
  error instanceof ORPCError && error.status === 403 && !isFailure(error.data);

/** What is said above the page, of all calls at once, and not again of each. */
export const isOfConnection = (error: unknown): boolean => isUnanswered(error) || isUnknownTab(error);

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
  return isUnknownTab(error)
    ? `${t().app.connection.unknownTab} ${t().app.connection.newLink}`
    : error.message;
}
