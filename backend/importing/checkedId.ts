import { basename } from 'node:path';
import { type Bounds, lookAt, readLabels } from './bounded.ts';
import type { FoundLabels } from './foundLabels.ts';
import type { Look } from './look.ts';
import type { ImportOptions } from './options.ts';
import { placeInWords } from './places.ts';

/** How a file is read once all of it was looked at. */
export interface Checked<Options> {
  readonly options: Options;
  readonly look: Look;
  /** The labels that it has; null: they were not looked for. */
  readonly labels: FoundLabels | null;
  /** Of a column that was taken for the id by its first rows and is none. */
  readonly notes: readonly string[];
}

/**
 * Looks whether what was taken for an id by its name and first rows is one in all of them: where a value comes again with
 * another text, nothing is known by it, and it is a column like others. What a person said is an id stays one.
 *
 * Reads the file for its labels where they are wanted (`all`), or where there is such a column.
 */
export async function checkedId<Options extends ImportOptions>(
  file: string,
  options: Options,
  { all, ...bounds }: Bounds & { readonly all: boolean },
): Promise<Checked<Options>> {
  const look = await lookAt(file, options, bounds);
  const guessed = look.columns?.columns.find((column) => column.guessed)?.name;
  if (guessed === undefined && !all) return { options, look, labels: null, notes: [] };
  const labels = await readLabels(file, { ...options, checkIds: guessed !== undefined }, bounds);
  const { meets } = labels;
  if (guessed === undefined || meets === undefined) return { options, look, labels, notes: [] };
  const columns = [...(options.columns ?? []), { column: guessed, role: 'meta' as const }];
  const own = { ...options, columns };
  const where = placeInWords({ ...meets.place, file: basename(file) });
  return {
    options: own,
    look: await lookAt(file, own, bounds),
    labels,
    notes: [
      `${where}: "${meets.id}" comes again as "${guessed}" with another text, so that is no id and is kept beside the text.`,
    ],
  };
}
