import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { measuredOn } from '../../backend/evaluating/evaluation.ts';
import { evaluateOn } from '../../backend/evaluating/goldFile.ts';
import { judgedDocuments } from '../../backend/evaluating/judging.ts';
import { createBackend } from '../../backend/index.ts';
import { createProject } from '../../backend/project/file.ts';
import { thresholdsOf } from '../../backend/suggesting/thresholds.ts';
import type { Evaluation } from '../../contract/index.ts';
import { canBeJudged, type Engine, type Metrics } from '../../engine/index.ts';
import { clientOf } from '../../tests/support/client.ts';
import { createWebHost } from '../../web/host.ts';
import type { DataSet } from './dataSet.ts';

/** How much is scored while documents are annotated: all before, half of the project at the end, a tenth. */
export const PACES = ['scored', 'half', 'hardly'] as const;
export type Pace = (typeof PACES)[number];

export interface Setting {
  readonly queue: string;
  readonly pace: Pace;
  /** After so many documents Evaluate is read. */
  readonly sizes: readonly number[];
  /** Trained before it is read; otherwise the model stays as it came. */
  readonly trains: boolean;
}

/** What Evaluate showed, and what is true of unseen documents at the same thresholds. */
export interface Reading {
  readonly size: number;
  readonly shown: Evaluation;
  readonly truth: Metrics;
  readonly counts: readonly { tp: number; fp: number; fn: number; tn: number }[];
}

export interface Gate {
  pass(pairs: number): Promise<void>;
  /** Lets so many more pairs be scored. */
  allow(pairs: number): void;
  readonly waits: boolean;
}

export function createGate(): Gate {
  let left = 0;
  let waiting: { pairs: number; go: () => void }[] = [];
  const open = () => {
    while (waiting[0] && waiting[0].pairs <= left) {
      const { pairs, go } = waiting.shift()!;
      left -= pairs;
      go();
    }
  };
  return {
    pass: (pairs) =>
      new Promise((go) => {
        waiting = [...waiting, { pairs, go }];
        open();
      }),
    allow(pairs) {
      left += pairs;
      open();
    },
    get waits() {
      return waiting.length > 0;
    },
  };
}

type Client = ReturnType<typeof clientOf>;

const ANNOTATOR = 'Known Answers';

/**
 * An annotator with known answers works through the backend's procedures as the page does: labels are added while
 * documents come from the app's own queue and are answered label by label, the model is trained, Evaluate is read.
 *
 * engine: what the app works with; free: the same without waiting, for the truth.
 */
export async function playRound(
  data: DataSet,
  { queue, pace, sizes, trains }: Setting,
  { engine, free, gate }: { engine: Engine; free: Engine; gate: Gate },
): Promise<Reading[]> {
  const home = mkdtempSync(join(tmpdir(), 'entail-figures-'));
  process.env.ENTAIL_HOME = home;
  const backend = await createBackend(createWebHost(home), { engine, home });
  try {
    mkdirSync(join(home, 'projects'), { recursive: true });
    const path = join(home, 'projects', 'figures.entail');
    createProject(path).close();
    await backend.open(path);
    const api = clientOf(backend);
    await importTexts(api, data);
    const gold = join(home, 'unseen.jsonl');
    writeFileSync(gold, data.unseen.map((row) => `${JSON.stringify({ ...row, id: row.id })}\n`).join(''));

    const names = new Map<number, string>();
    const addLabel = async (place: number) => {
      const { name, hypotheses } = data.labels[place]!;
      const label = await api.labels.add({ name, hypotheses: [...hypotheses] });
      names.set(label.id, name);
      workspace().refresh();
    };
    const workspace = () => backend.session.workspace.opened();
    const begin = pace === 'scored' ? data.labels.length : Math.ceil(data.labels.length / 2);
    for (let place = 0; place < begin; place++) await addLabel(place);
    const perPass = data.pool.length * data.labels.length;
    const last = sizes.at(-1)!;
    const share = { scored: 20, half: 0.5, hardly: 0.1 }[pace];
    if (pace === 'scored') gate.allow(1e9);
    const settle = async () => {
      for (let quiet = 0; quiet < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await nextTurn();
        quiet = gate.waits || !workspace().suggestions.running ? quiet + 1 : 0;
      }
    };
    workspace().refresh();
    await settle();

    const answers = new Map(data.pool.map((row) => [row.id, new Set(row.labels)]));
    const readings: Reading[] = [];
    let done = 0;
    const dealtWith: number[] = [];
    for (const size of sizes) {
      while (done < size) {
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
        done += 1;
        if (done % 2 === 0 && names.size < data.labels.length) await addLabel(names.size);
        gate.allow((share * perPass) / last);
        await settle();
      }
      if (trains) {
        await api.training.start({ method: 'lora', epochs: 5, seed: 1 });
        await workspace().training.settled();
        await settle();
      }
      const shown = await api.evaluation.get();
      if (!shown) continue;
      const { project } = workspace();
      const run = project.stores.settings.get('activeRun');
      const truth = await evaluateOn(project, free, {
        file: gold,
        ...(run > 0 && { run }),
        threshold: run > 0 ? 'tuned' : thresholdsOf(project)[0]!,
        device: 'cpu',
        precision: 'auto',
      });
      const labels = project.stores.labels.all();
      const { documents } = measuredOn(project, await judgedDocuments(project, labels));
      const counts = labels.map((_, i) => {
        const own = { tp: 0, fp: 0, fn: 0, tn: 0 };
        for (const d of documents) {
          if (d.decided[i] !== 1) continue;
          const yes = d.scores[i]! >= d.thresholds[i]!;
          own[d.gold[i] === 1 ? (yes ? 'tp' : 'fn') : yes ? 'fp' : 'tn'] += 1;
        }
        return own;
      });
      readings.push({ size, shown, truth, counts });
    }
    return readings;
  } finally {
    gate.allow(1e12);
    await backend.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function importTexts(api: Client, { pool }: DataSet): Promise<void> {
  const bytes = Buffer.from(pool.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`).join(''));
  const { token } = await api.imports.begin({ name: 'documents.jsonl', bytes: bytes.length });
  await api.imports.append({ token, offset: 0, chunk: new File([bytes], 'documents.jsonl') });
  const events = await api.imports.run({
    tokens: [token],
    mapping: {},
    annotator: ANNOTATOR,
    conflicts: 'mine',
  });
  for await (const _ of events);
}

/** The F1 of the labels that Evaluate judged, and of all that the unseen documents judge. */
export function macroOf(truth: Metrics, only?: ReadonlySet<string>): number {
  const rows = truth.labels.filter((label) => canBeJudged(label) && (!only || only.has(label.name)));
  return rows.reduce((sum, { f1 }) => sum + f1, 0) / rows.length;
}
