import type { HeadLearner, HeadTables } from '../../../engine/index.ts';

/** What the thread is asked; `tables` are those of the questions that follow, `given` what `HeadLearner` takes. */
export type Question =
  | { readonly kind: 'tables'; readonly tables: HeadTables }
  | { readonly kind: 'learn'; readonly id: number; readonly given: Parameters<HeadLearner['learn']> }
  | { readonly kind: 'cross-fit'; readonly id: number; readonly given: Parameters<HeadLearner['crossFit']> };

export type Answer =
  | { readonly id: number; readonly learnt: ReturnType<HeadLearner['learn']> }
  | { readonly id: number; readonly crossFitted: ReturnType<HeadLearner['crossFit']> }
  | { readonly id: number; readonly failure: unknown };
