import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../engine/index.ts';
import type { DataSet } from './dataSet.ts';
import type { Gate } from './gate.ts';
import { allowed, beginsWith, type Pace } from './paces.ts';
import { ANNOTATOR, figuresProject } from './project.ts';
import { type FiguresRow, rowOf } from './row.ts';

export interface Setting {
  readonly queue: string;
  readonly pace: Pace;
  readonly seed: number;
  /** After so many documents Evaluate is read. */
  readonly sizes: readonly number[];
  /** Trained before it is read; otherwise the model stays as it came. */
  readonly trains: boolean;
}

/**
 * An annotator with known answers works through the backend's procedures as the page does: labels are added while
 * documents come from the app's own queue and are answered label by label, the model is trained, Evaluate is read.
 *
 * engine: what the app works with, held by the gate; free: the same without waiting, for the truth.
 */
export async function playRound(
  data: DataSet,
  { queue, pace, seed, sizes, trains }: Setting,
  { engine, free, gate }: { engine: Engine; free: Engine; gate: Gate },
): Promise<FiguresRow[]> {
  const opened = await figuresProject(data, engine);
  const { api, workspace } = opened;
  try {
    const names = new Map<number, string>();
    const addLabel = async () => {
      const { name, hypotheses } = data.labels[names.size]!;
      const label = await api.labels.add({ name, hypotheses: [...hypotheses] });
      names.set(label.id, name);
      workspace().refresh();
    };
    const settle = async () => {
      for (let quiet = 0; quiet < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await nextTurn();
        quiet = gate.waits || !workspace().suggestions.running ? quiet + 1 : 0;
      }
    };
    while (names.size < beginsWith(pace, data.labels.length)) await addLabel();
    if (pace === 'scored') gate.allow(1e9);
    const perDocument = allowed(pace, {
      pairs: data.pool.length * data.labels.length,
      documents: sizes.at(-1)!,
    });
    await settle();

    const answers = new Map(data.pool.map((row) => [row.id, new Set(row.labels)]));
    const rows: FiguresRow[] = [];
    const dealtWith: number[] = [];
    for (const size of sizes) {
      while (dealtWith.length < size) {
        const [card] = await api.annotations.next({
          annotator: ANNOTATOR,
          strategy: queue,
          limit: 6,
          except: dealtWith.slice(-100),
        });
        if (!card) throw new Error('The queue is empty.');
        const yes = answers.get(card.externalId!)!;
        await api.annotations.decide({
          annotator: ANNOTATOR,
          documentIds: [card.id],
          values: card.labels.map(({ labelId }) => ({
            labelId,
            value: yes.has(names.get(labelId)!) ? 'yes' : 'no',
          })),
          status: 'done',
          seconds: 1,
        });
        dealtWith.push(card.id);
        if (dealtWith.length % 2 === 0 && names.size < data.labels.length) await addLabel();
        gate.allow(perDocument);
        await settle();
      }
      if (trains) {
        await api.training.start({ method: 'lora', epochs: 5, seed: 1 });
        await workspace().training.settled();
        await settle();
      }
      const evaluation = await api.evaluation.get();
      const setting = { set: data.name, seed, queue, pace, trained: trains, size };
      const truth = await opened.truth(free);
      rows.push(rowOf({ setting, evaluation, truth, cells: await opened.cells() }));
    }
    return rows;
  } finally {
    gate.allow(1e12);
    await opened.close();
  }
}
