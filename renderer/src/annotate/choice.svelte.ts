import type { QUEUES } from '../../../contract/index.ts';

export type Strategy = (typeof QUEUES)[number];

/** The queues as people choose them, the usual one first. */
export const STRATEGIES = [
  ['mix', 'Most useful next'],
  ['uncertainty', 'Most uncertain'],
  ['margin', 'Nearest to its threshold'],
  ['least-confidence', 'Least confident'],
  ['cardinality', 'Unusual number of labels'],
  ['diversity', 'Most different'],
  ['disagreement', 'You and the model disagree'],
  ['search', 'Search results'],
  ['random', 'Random'],
  ['order', 'In order'],
] as const satisfies readonly (readonly [Strategy, string])[];

/** Why a document was chosen, as the backend names it, in words. */
export const inWords = (reason: string): string =>
  STRATEGIES.find(([name]) => name === reason)?.[1].toLowerCase() ?? reason;

/** What comes next, kept while the app is open. */
export const choice = $state<{ strategy: Strategy; search: string; details: boolean }>({
  strategy: 'mix',
  search: '',
  details: false,
});
