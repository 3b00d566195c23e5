import type { Steps } from '../turns.ts';
import { type Counts, noCounts, predicted } from './counts.ts';

/** A document with its decisions, probabilities and the thresholds that are its own; arrays are in label order. */
export interface JudgedRow {
  /** 1: yes. */
  readonly gold: Uint8Array;
  /** 1: decided, and there is a probability. */
  readonly decided: Uint8Array;
  readonly scores: Float32Array;
  readonly thresholds: ArrayLike<number>;
}

/** What a cell can be; its place is its code, and 0 is a cell that has no part. */
export const KINDS = [
  undefined,
  'truePositives',
  'falsePositives',
  'falseNegatives',
  'trueNegatives',
] as const;
const [TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE, TRUE_NEGATIVE] = [1, 2, 3, 4] as const;

/** Each document's cells, row by row: `codes[document * labels + label]`. */
export interface Cells {
  readonly documents: number;
  readonly labels: number;
  readonly codes: Uint8Array;
}

/** Cells by their names. */
export function cellsFrom(rows: readonly (readonly (keyof Counts | undefined)[])[], labels: number): Cells {
  const codes = Uint8Array.from(rows.flatMap((row) => row.map((kind) => KINDS.indexOf(kind))));
  return { documents: rows.length, labels, codes };
}

/** What each decision counts as at the document's thresholds. */
export function* cellsOf(documents: readonly JudgedRow[], labels: number): Steps<Cells> {
  const codes = new Uint8Array(documents.length * labels);
  for (const [document, { gold, decided, scores, thresholds }] of documents.entries()) {
    const at = document * labels;
    for (let label = 0; label < labels; label++) {
      if (decided[label] !== 1) continue;
      const positive = predicted(scores[label]!, thresholds[label]!);
      codes[at + label] =
        gold[label] === 1
          ? positive
            ? TRUE_POSITIVE
            : FALSE_NEGATIVE
          : positive
            ? FALSE_POSITIVE
            : TRUE_NEGATIVE;
    }
    yield;
  }
  return { documents: documents.length, labels, codes };
}

/** How often each cell occurs, by label. */
export const countsByLabel = (cells: Cells): Steps<Counts[]> =>
  countsBy(cells, cells.labels, (_document, label) => label);

/** The same by document. */
export const countsByDocument = (cells: Cells): Steps<Counts[]> =>
  countsBy(cells, cells.documents, (document) => document);

function* countsBy(
  { documents, labels, codes }: Cells,
  groups: number,
  groupOf: (document: number, label: number) => number,
): Steps<Counts[]> {
  const found = new Uint32Array(groups * KINDS.length);
  for (let document = 0; document < documents; document++) {
    for (let label = 0; label < labels; label++)
      found[groupOf(document, label) * KINDS.length + codes[document * labels + label]!]! += 1;
    yield;
  }
  return Array.from({ length: groups }, (_, group) => {
    const counts = noCounts();
    for (const [code, kind] of KINDS.entries()) if (kind) counts[kind] = found[group * KINDS.length + code]!;
    return counts;
  });
}
