import { TARGETS } from '../../loss/crossEntropy.ts';
import type { Parameter } from '../../optim/adamw.ts';
import { createSession, type Feeds, floats, floatsOf } from '../../runtime/session.ts';
import { collate } from '../../text/batches.ts';
import type { EncodedPair } from '../../text/tokenizer.ts';
import { batchFeeds } from '../step.ts';
import { type TwoLossGraph, WANTED } from './twoLosses.ts';

/** One row of a batch; `weight` multiplies its part of the loss. */
export interface TrainingRow {
  readonly tokens: EncodedPair;
  readonly weight: number;
  /** [classes], a distribution; absent for a text alone. */
  readonly target?: ArrayLike<number> | undefined;
  /** [hidden], of length 1; absent for a pair. */
  readonly wanted?: ArrayLike<number> | undefined;
}

export interface RowStepper {
  /** Gradients are in the order of the parameters and reused by the next call. */
  step(rows: readonly TrainingRow[]): Promise<{ loss: number; gradients: Float32Array[] }>;
  /** Logits [rows, classes] with the current parameters. */
  logits(rows: readonly EncodedPair[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads a two-loss graph, forward and backward in one session and forward alone in another. */
export async function createRowStepper(
  graph: TwoLossGraph,
  parameters: readonly Parameter[],
  { classes, padId }: { classes: number; padId: number },
): Promise<RowStepper> {
  const training = await createSession(graph.model, { memoryPattern: false });
  const scoring = await createSession(graph.forward);
  const weights = Object.fromEntries(parameters.map((p) => [p.name, floats(p.values, p.dims)]));
  const names = parameters.map((p) => graph.gradients.get(p.name)!);
  const buffers = parameters.map((p) => floats(new Float32Array(p.values.length), p.dims));
  return {
    async step(rows) {
      const batch = collate(
        rows.map((row) => row.tokens),
        padId,
      );
      const outputs: Feeds = { [graph.loss]: floats(new Float32Array(1), []) };
      names.forEach((name, i) => {
        outputs[name] = buffers[i]!;
      });
      const feeds = {
        ...batchFeeds(batch, training.inputNames),
        ...weights,
        [TARGETS]: weighted(rows, classes, (row) => row.target),
        [WANTED]: weighted(rows, graph.hidden, (row) => row.wanted),
      };
      const result = await training.run(feeds, outputs);
      const constant = rows.reduce((sum, row) => sum + (row.wanted ? row.weight : 0), 0);
      return {
        loss: floatsOf(result[graph.loss])[0]! + constant,
        gradients: names.map((name) => floatsOf(result[name])),
      };
    },
    async logits(rows) {
      const feeds = { ...batchFeeds(collate(rows, padId), scoring.inputNames), ...weights };
      return floatsOf((await scoring.run(feeds, [graph.logits]))[graph.logits]);
    },
    async release() {
      await training.release();
      await scoring.release();
    },
  };
}

/** [rows, columns]: each row's values times its weight, zeros where it has none. */
function weighted(
  rows: readonly TrainingRow[],
  columns: number,
  valuesOf: (row: TrainingRow) => ArrayLike<number> | undefined,
) {
  const table = new Float32Array(rows.length * columns);
  rows.forEach((row, r) => {
    const values = valuesOf(row);
    for (let c = 0; values && c < columns; c++) table[r * columns + c] = values[c]! * row.weight;
  });
  return floats(table, [rows.length, columns]);
}
