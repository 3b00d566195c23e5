import { predicted } from '../../../engine/light.ts';
import { resultNames } from '../../files/resultNames.ts';
import { type Cell, distinctNames, folded, type ResultColumn } from './table.ts';

/** What is known of a label on a document. */
export interface LabelResult {
  /** What people say: 'disputed' where they disagree and the project's rule leaves it open. */
  readonly decided: 'yes' | 'no' | 'disputed' | null;
  /** Whether someone accepted the model's yes. */
  readonly accepted: boolean;
  /** null: no model has read it. */
  readonly probability: number | null;
  readonly threshold: number;
  /** The passage that decided; null: the text was read whole. */
  readonly passage: string | null;
}

export interface Final {
  readonly answer: 'yes' | 'no' | null;
  /** Who says so; null: nobody says anything. */
  readonly from: 'person' | 'model, accepted' | 'model' | 'disputed' | null;
}

/** What holds: a person's word, else a suggestion that was accepted, else what the model says. */
export function finalOf({ decided, accepted, probability, threshold }: LabelResult): Final {
  if (decided === 'disputed') return { answer: null, from: 'disputed' };
  if (decided !== null) return { answer: decided, from: 'person' };
  if (accepted) return { answer: 'yes', from: 'model, accepted' };
  if (probability === null) return { answer: null, from: null };
  return { answer: predicted(probability, threshold) ? 'yes' : 'no', from: 'model' };
}

/**
 * A table's columns: its own, then those of each label. A label whose name is that of a column before it is numbered in
 * all of its columns: they are known by each other (`isResult`), and the column that came in stays what it was.
 */
export function resultHeader(own: readonly ResultColumn[], labels: readonly string[]): ResultColumn[] {
  const names = distinctNames(own.map(({ name }) => name));
  const taken = new Set(names.map(folded));
  const numbered = (label: string) => {
    for (let i = 1; ; i++) {
      const columns = labelColumns(i === 1 ? label : `${label} (${i})`);
      if (columns.some(({ name }) => taken.has(folded(name)))) continue;
      for (const { name } of columns) taken.add(folded(name));
      return columns;
    }
  };
  return [...own.map((column, i) => ({ ...column, name: names[i]! })), ...labels.flatMap(numbered)];
}

/** The columns of a label: what holds and who says so, then what it follows from. */
const labelColumns = (name: string, names = resultNames(name)): ResultColumn[] => [
  { name: names.answer, kind: 'text' },
  { name: names.from, kind: 'text' },
  { name: names.decided, kind: 'text' },
  { name: names.probability, kind: 'number' },
  { name: names.threshold, kind: 'number' },
  { name: names.passage, kind: 'text' },
];

/** Their cells. */
export function labelCells(result: LabelResult, final: Final): Cell[] {
  const { decided, probability, threshold, passage } = result;
  return [
    final.answer,
    final.from,
    decided,
    probability === null ? null : rounded(probability),
    probability === null ? null : rounded(threshold),
    passage,
  ];
}

/** Of float32 six digits are sure. */
const rounded = (value: number): number => Number(value.toPrecision(6));
