import type { Python } from '../python.ts';
import type { Inspection } from './facets.ts';

/** A file that another tool wrote of what it read of ours, and what of the project is in it again. */
export interface Back {
  readonly name: string;
  readonly files: readonly string[];
  readonly keeps: readonly string[];
  /** What one looks for; absent: all of a project of ours. */
  readonly inspection?: Inspection;
  /** More for `entail import`. */
  readonly options?: (folder: string) => readonly string[];
}

export interface Trip {
  readonly peer: string;
  readonly needs: readonly string[];
  /** What else it needs that is missing here, in words; undefined: nothing. */
  readonly missing?: () => string | undefined;
  /** Our formats, and what their files are called. */
  readonly exports: readonly (readonly [format: string, file: string])[];
  /** Brings what was exported into the tool, and what the tool makes of it into files of the folder. */
  readonly through: (python: Python, folder: string) => Promise<void>;
  readonly backs: readonly Back[];
}
