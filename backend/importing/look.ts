import type { Detected } from './detect.ts';
import type { Encoding } from './encoding.ts';
import type { FoundColumns } from './format.ts';
import type { SplitAt } from './options.ts';

/** What a file is, and what can be chosen of it. */
export interface Look extends Detected {
  /** Of a file that is read as text. */
  readonly encoding: Encoding | null;
  /** null: the format leaves no choice. */
  readonly columns: FoundColumns | null;
  /** Of a workbook. */
  readonly sheets: readonly string[];
  /** Where its documents can be split. */
  readonly splits: readonly SplitAt[];
}
