import fc from 'fast-check';
import type { Judged } from '../../../engine/evaluate/counts.ts';

/** [documents][labels]; two scores of label 1 and two of label 2 are equal, one of label 0 is at its threshold. */
export const gold = table([
  [1, 0, 1, 0],
  [0, 0, 0, 0],
  [1, 1, 0, 0],
  [0, 1, 0, 0],
  [1, 0, 0, 0],
  [0, 0, 1, 0],
  [1, 1, 1, 0],
  [0, 0, 0, 0],
]);

export const scores = [
  [0.9, 0.2, 0.7, 0.1],
  [0.4, 0.3, 0.2, 0.6],
  [0.8, 0.6, 0.6, 0.2],
  [0.55, 0.3, 0.1, 0.1],
  [0.35, 0.45, 0.4, 0.2],
  [0.1, 0.05, 0.3, 0.3],
  [0.5, 0.7, 0.7, 0.4],
  [0.2, 0.1, 0.1, 0.1],
].map((row) => Float32Array.from(row));

/** Nothing is decided about document 4 and about label 3. */
export const decided = table([
  [1, 1, 1, 0],
  [1, 0, 0, 0],
  [0, 1, 1, 0],
  [1, 1, 0, 0],
  [0, 0, 0, 0],
  [1, 0, 1, 0],
  [1, 0, 1, 0],
  [1, 1, 0, 0],
]);

export const thresholds = [0.5, 0.5, 0.25, 0.75];
export const labelNames = ['a', 'b', 'c', 'd'];

export function table(rows: readonly (readonly number[])[]): Uint8Array[] {
  return rows.map((row) => Uint8Array.from(row));
}

/** A table with masks and coarse scores, so that equal ones are common. */
export interface JudgedCase extends Required<Judged> {
  readonly decided: readonly Uint8Array[];
  readonly labels: number;
}

export const judgedCases: fc.Arbitrary<JudgedCase> = fc
  .record({ documents: fc.integer({ min: 0, max: 12 }), labels: fc.integer({ min: 1, max: 5 }) })
  .chain(({ documents, labels }) => {
    const cells = <T>(cell: fc.Arbitrary<T>) =>
      fc.array(fc.array(cell, { minLength: labels, maxLength: labels }), {
        minLength: documents,
        maxLength: documents,
      });
    return fc
      .record({
        gold: cells(fc.nat({ max: 1 })),
        decided: cells(fc.nat({ max: 1 })),
        scores: cells(fc.integer({ min: 0, max: 10 })),
      })
      .map((drawn) => ({
        labels,
        gold: table(drawn.gold),
        decided: table(drawn.decided),
        scores: drawn.scores.map((row) => Float32Array.from(row, (tenths) => tenths / 10)),
      }));
  });

/** The same decisions, with other gold values and no valid score where nothing was decided. */
export function undecidedChanged(judged: JudgedCase): JudgedCase {
  const isDecided = (document: number, label: number) => judged.decided[document]?.[label] === 1;
  return {
    ...judged,
    gold: judged.gold.map((row, document) =>
      row.map((value, label) => (isDecided(document, label) ? value : 1 - value)),
    ),
    scores: judged.scores.map((row, document) =>
      row.map((value, label) => (isDecided(document, label) ? value : Number.NaN)),
    ),
  };
}

/** Columns of the table, in the order of `labels`. */
export function onlyLabels(judged: JudgedCase, labels: readonly number[]): JudgedCase {
  const column = (row: ArrayLike<number>) => labels.map((label) => row[label] as number);
  return {
    labels: labels.length,
    gold: judged.gold.map((row) => Uint8Array.from(column(row))),
    decided: judged.decided.map((row) => Uint8Array.from(column(row))),
    scores: judged.scores.map((row) => Float32Array.from(column(row))),
  };
}

/** Rows of the table for which `keep` holds. */
export function onlyDocuments(judged: JudgedCase, keep: (document: number) => boolean): JudgedCase {
  const kept = <T>(rows: readonly T[]) => rows.filter((_, document) => keep(document));
  return {
    labels: judged.labels,
    gold: kept(judged.gold),
    decided: kept(judged.decided),
    scores: kept(judged.scores),
  };
}
