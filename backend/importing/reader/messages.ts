import type { BackendError, Remedy } from '../../errors.ts';
import type { ImportItem, ImportProblem } from '../../records.ts';
import type { ImportOptions } from '../options.ts';
import type { JsonlRow } from '../read.ts';

/** What a reader may be asked for; functions and signals stay with who asks. */
export interface ReadRequest {
  readonly kind: 'documents' | 'columns' | 'rows';
  readonly path: string;
  readonly options: Omit<ImportOptions, 'onBytes'>;
}

export type ToReader =
  | ({ readonly type: 'read' } & ReadRequest)
  /** A batch was taken: the next one may come. */
  | { readonly type: 'taken' };

/** An expected failure, as it crosses. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | Remedy | undefined;
  readonly params?: BackendError['params'];
}

/** What columns there are, and which are used or why that is unclear. */
export interface ColumnsAnswer {
  readonly names: readonly string[];
  readonly found:
    | { readonly text: string; readonly id: string | null; readonly labels: string | null }
    | Failure;
}

export type ReaderRow = ImportItem | JsonlRow | { readonly problem: ImportProblem };

export type FromReader =
  /** It gets on. */
  | { readonly type: 'bytes'; readonly read: number; readonly total: number }
  | { readonly type: 'batch'; readonly rows: readonly ReaderRow[] }
  | { readonly type: 'columns'; readonly columns: ColumnsAnswer | null }
  /** `rss`: bytes that the process holds now. */
  | { readonly type: 'done'; readonly rss: number }
  /** With `rss` where the reader may be used again. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly rss?: number };

export const isFailure = (value: object): value is Failure => 'code' in value && 'message' in value;
