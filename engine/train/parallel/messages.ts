import type { ErrorData } from '../../errors.ts';
import type { AdamWOptions } from '../../optim/adamw.ts';
import type { TokenBatch } from '../../runtime/feeds.ts';

/** Where a parameter lies in the flat arrays. */
export interface Place {
  readonly name: string;
  readonly dims: readonly number[];
  readonly start: number;
  readonly length: number;
  readonly decays: boolean;
}

/** What a worker is made with. All arrays are shared between workers; gradients: one array per worker. */
export interface Setup {
  readonly worker: number;
  readonly model: SharedArrayBuffer;
  readonly threads: number;
  readonly loss: string;
  readonly logits: string;
  readonly gradientNames: readonly string[];
  readonly places: readonly Place[];
  readonly values: SharedArrayBuffer;
  readonly first: SharedArrayBuffer;
  readonly second: SharedArrayBuffer;
  readonly gradients: readonly SharedArrayBuffer[];
  /** The part of the flat arrays whose gradients this worker sums and whose weights it updates. */
  readonly range: readonly [start: number, end: number];
  readonly adamW: AdamWOptions;
}

export type Request =
  /** Forward and backward of these batches, summed into the worker's own gradients; answers the loss. */
  | {
      readonly kind: 'gradients';
      readonly batches: readonly { readonly tokens: TokenBatch; readonly targets: Float32Array }[];
    }
  /** Sums these workers' gradients over the worker's range, into the first's; answers the sum of squares. */
  | { readonly kind: 'sum'; readonly of: readonly number[] }
  /** AdamW over the worker's range, with the gradients that lie at `from`. */
  | {
      readonly kind: 'update';
      readonly from: number;
      readonly step: number;
      readonly learningRate: number;
      readonly clip: number;
    }
  | { readonly kind: 'release' };

export type Answer =
  | { readonly value: number }
  | {
      readonly error: ErrorData;
    };
