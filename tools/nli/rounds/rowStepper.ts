import { invariant } from '../../../engine/errors.ts';
import { TARGETS } from '../../../engine/loss/crossEntropy.ts';
import {
  COMPARED,
  type Contrast,
  contrastOf,
  POSITIVES,
} from '../../../engine/loss/supervisedContrastive.ts';
import type { Parameter } from '../../../engine/optim/adamw.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, type Feeds, floats, floatsOf } from '../../../engine/runtime/session.ts';
import { collate } from '../../../engine/text/batches.ts';
import type { EncodedPair } from '../../../engine/text/tokenizer.ts';
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
  /**
   * Gradients are in the order of the parameters and reused by the next call; with `add` they are added to those of the
   * last one. `contrast` compares the rows' embeddings, where the graph has that loss.
   */
  step(
    rows: readonly TrainingRow[],
    options?: { contrast?: Contrast; add?: boolean },
  ): Promise<{ loss: number; gradients: Float32Array[] }>;
  /** Logits [rows, classes] with the current parameters. */
  logits(rows: readonly EncodedPair[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads a two-loss graph, forward and backward in one session and forward alone in another. */
export async function createRowStepper(
  graph: TwoLossGraph,
  parameters: readonly Parameter[],
  { classes, padId, background = false }: { classes: number; padId: number; background?: boolean },
): Promise<RowStepper> {
  const training = await createSession(graph.model, { memoryPattern: false, spinning: !background });
  const scoring = await createSession(graph.forward, { spinning: !background });
  const weights = Object.fromEntries(parameters.map((p) => [p.name, floats(p.values, p.dims)]));
  const names = parameters.map((p) => graph.gradients.get(p.name)!);
  const newBuffers = () => parameters.map((p) => floats(new Float32Array(p.values.length), p.dims));
  const sums = newBuffers();
  let more: typeof sums | undefined;
  const contrasts = training.inputNames.includes(POSITIVES);
  return {
    async step(rows, { contrast, add = false } = {}) {
      invariant(contrast === undefined || contrasts, 'a graph without the contrastive loss compares no rows');
      if (add) more ??= newBuffers();
      const buffers = add ? more! : sums;
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
        ...(contrasts && contrastFeeds(contrast ?? contrastOf(rows.length, []))),
      };
      const result = await training.run(feeds, outputs);
      const constant = rows.reduce((sum, row) => sum + (row.wanted ? row.weight : 0), 0);
      const gradients = names.map((name) => floatsOf(result[name]));
      const loss = floatsOf(result[graph.loss])[0]! + constant;
      return { loss, gradients: add ? addInto(sums.map(floatsOf), gradients) : gradients };
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

const contrastFeeds = ({ positives, compared, shape }: Contrast): Feeds => ({
  [POSITIVES]: floats(positives, shape),
  [COMPARED]: floats(compared, shape),
});

function addInto(sums: Float32Array[], others: readonly Float32Array[]): Float32Array[] {
  sums.forEach((sum, p) => {
    const other = others[p]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
  });
  return sums;
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
