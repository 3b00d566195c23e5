import type { BackendError, Remedy } from '../../errors.ts';
import type { ImportItem, ImportProblem } from '../../records.ts';
import type { JsonlRow } from '../answerRows.ts';
import type { Look } from '../look.ts';
import type { MeetingId } from '../meetingIds.ts';
import type { ImportOptions } from '../options.ts';

/** What a reader may be asked for; functions and signals stay with who asks. */
export interface ReadRequest {
  readonly kind: 'documents' | 'labels' | 'look' | 'rows';
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

/** What a file is and what can be said of it. */
export type LookAnswer = Omit<Look, 'format'> & { readonly format: string };

export type ReaderRow = ImportItem | JsonlRow | { readonly problem: ImportProblem };

export type FromReader =
  /** It gets on. */
  | { readonly type: 'bytes'; readonly read: number; readonly total: number }
  | { readonly type: 'alive' }
  | {
      readonly type: 'labels';
      readonly names: readonly string[];
      readonly numbers: readonly string[];
      readonly meets?: MeetingId | undefined;
    }
  | { readonly type: 'batch'; readonly rows: readonly ReaderRow[] }
  | { readonly type: 'look'; readonly look: LookAnswer }
  /** `rss`: bytes that the process holds now, where the reader may be used again. */
  | { readonly type: 'done'; readonly rss?: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly rss?: number };
