import type { ErrorData } from '../../errors.ts';
import type { TokenBatch } from '../../runtime/feeds.ts';

/** What a scoring thread is made with. */
export interface Setup {
  readonly model: SharedArrayBuffer;
  readonly logits: string;
  readonly threads: number;
}

export type Request = { readonly kind: 'run'; readonly batch: TokenBatch } | { readonly kind: 'release' };

export type Answer =
  | { readonly logits: Float32Array }
  | {
      readonly error: ErrorData;
    };
