import { forgetWithProject } from '../connect/opening.ts';
import { t } from '../texts/index.ts';

/** As the backend names a queue. */
export type Strategy = string;

/** The queues that the catalogue has words for, in its order: the usual one first. */
export const worded = (): Record<Strategy, string> => t().annotate.queues;

/** Why a document was chosen, as the backend names it, in words. */
export function inWords(reason: string): string {
  const known: Readonly<Record<string, string>> = t().annotate.reasons;
  return Object.hasOwn(known, reason) ? (known[reason] ?? reason) : reason;
}

/** What comes next, kept while the project is open. */
export const choice = $state<{
  strategy: Strategy;
  search: string;
  /** The label that is asked about, or whose finished documents are gone through; null: any. */
  labelId: number | null;
  /** The document that was begun and open when another screen was shown; null: none. */
  left: { readonly id: number; readonly reason?: string | undefined } | null;
  details: boolean;
  /** What came with the document is shown. */
  fields: boolean;
}>({
  strategy: 'mix',
  search: '',
  labelId: null,
  left: null,
  details: false,
  fields: true,
});

forgetWithProject(() => Object.assign(choice, { strategy: 'mix', search: '', labelId: null, left: null }));
