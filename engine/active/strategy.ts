import type { Random } from '../random.ts';
import type { Pick } from './pick.ts';

/** What a choice is made from. Tables are [candidates][labels]. */
export interface Pool {
  /** Probabilities. */
  readonly scores: readonly Float32Array[];
  /** The same had nobody decided anything; absent where they are not known. */
  readonly untaught?: readonly Float32Array[] | undefined;
  /** [labels] */
  readonly thresholds: ArrayLike<number>;
  /** [labels], documents known to have the label; absent while nothing is labelled. */
  readonly accepted?: ArrayLike<number> | undefined;
  /** Accepted labels per labelled document; absent while nothing is labelled. */
  readonly expectedCardinality?: number | undefined;
  /** Vectors of all candidates and of labelled documents; absent where there are none. */
  readonly embeddings?:
    | { readonly candidates: readonly Float32Array[]; readonly labelled: readonly Float32Array[] }
    | undefined;
}

/** A way to choose what is labelled next: a file beside this one, and a line in `strategies.ts`. */
export interface Strategy {
  /** As commands and the contract name it. */
  readonly name: string;
  /** For people: what it asks first. */
  readonly sentence: string;
  /** It compares documents: without their embeddings chance chooses, and the reason says so. */
  readonly needsEmbeddings?: boolean;
  /** The pool's candidates, the most wanted first; at most `limit`, each once. */
  readonly pick: (pool: Pool, options: { readonly limit: number; readonly random: Random }) => Pick[];
}
