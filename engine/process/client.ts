import { type BirpcReturn, createBirpc } from 'birpc';
import { EngineError } from '../errors.ts';
import type { ExportResult } from '../export/modelFolder.ts';
import type { WordWeight } from '../predict/explain.ts';
import type { Passage } from '../predict/score.ts';
import type { Evaluation } from '../train/earlyStop.ts';
import type { TrainingEvent } from '../train/loop.ts';
import { type EngineProcess, forkEngine, type StartEngine } from './child.ts';
import { createDevices, type Devices, type Prober } from './devices.ts';
import type {
  EngineCalls,
  EngineEvents,
  ExportCall,
  ModelFacts,
  ModelSource,
  Outcome,
  ScorerSpec,
  TrainAnswer,
  TrainCall,
} from './protocol.ts';
import type { Purpose } from './rights.ts';

/** Scores one chunk of texts after the other with a model that stays loaded. */
export interface RemoteScorer {
  score(
    texts: readonly string[],
    hypotheses: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ probabilities: Float32Array; passages: (Passage | null)[] }[]>;
  close(): Promise<void>;
}

export interface TrainingListener {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((event: TrainingEvent) => void) | undefined;
  readonly onEvaluation?: ((evaluation: Evaluation) => void) | undefined;
  /** A sentence when a device or its memory gave out and work went on otherwise. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * The engine as other layers see it: a process of its own, started at the first call. When it dies, running calls
 * reject with `engine_died` and the next call starts another, at most `MAX_STARTS` within `WINDOW_MS`
 * (`engine_keeps_dying`).
 */
export interface Engine {
  describe(model: ModelSource): Promise<ModelFacts>;
  openScorer(spec: ScorerSpec, onNotice?: (text: string) => void): Promise<RemoteScorer>;
  train(request: TrainCall, listener?: TrainingListener): Promise<TrainAnswer>;
  /** A vector of length 1 per text. */
  embed(model: ModelSource, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  /**
   * The words of a text that speak for (positive) or against the most probable of these hypotheses, the strongest 1 or
   * −1: of a long text those of the window that decided. A caller that no longer wants the answer aborts.
   */
  explain(
    model: ModelSource,
    text: string,
    hypotheses: readonly string[],
    signal?: AbortSignal,
  ): Promise<WordWeight[]>;
  exportModel(request: ExportCall): Promise<ExportResult>;
  /** What this machine can compute with. */
  readonly devices: Devices;
  /** The running process, for tests that kill it. */
  readonly pid: number | undefined;
  /** Ends the process for good: later calls throw `engine_closed`. */
  close(): Promise<void>;
}

const MAX_STARTS = 4;
const WINDOW_MS = 60_000;

interface Connection {
  readonly child: EngineProcess;
  readonly calls: BirpcReturn<EngineCalls, EngineEvents>;
  /** Rejects when the process is gone. */
  readonly gone: Promise<never>;
}

/** An engine in a process of its own: a child of this Node, or what the host's `start` gives. */
export function createEngine({
  start = forkEngine,
  purpose = 'compute',
}: {
  start?: StartEngine;
  purpose?: Purpose;
} = {}): Engine & Prober {
  const listeners = new Map<number, TrainingListener>();
  const starts: number[] = [];
  let connection: Connection | undefined;
  let lastCall = 0;
  let closed = false;

  const connect = (): Connection => {
    if (closed) throw new EngineError('engine_closed', 'The engine was closed.');
    if (connection) return connection;
    const now = Date.now();
    while (starts.length > 0 && now - starts[0]! > WINDOW_MS) starts.shift();
    if (starts.length >= MAX_STARTS) {
      throw new EngineError(
        'engine_keeps_dying',
        `The engine stopped ${starts.length} times within a minute.`,
        'Try a smaller model or batch; nothing that you annotated is lost.',
      );
    }
    starts.push(now);
    connection = connectTo(start(purpose), listeners, (child) => {
      if (connection?.child === child) connection = undefined;
    });
    return connection;
  };

  const call = async <T>(
    send: (calls: Connection['calls'], id: number) => Promise<Outcome<T>>,
    listener: TrainingListener = {},
  ): Promise<T> => {
    const { calls, gone } = connect();
    lastCall += 1;
    const id = lastCall;
    listeners.set(id, listener);
    const abort = () => void calls.cancel.asEvent(id);
    listener.signal?.addEventListener('abort', abort);
    if (listener.signal?.aborted) abort();
    try {
      const outcome = await Promise.race([send(calls, id), gone]);
      if (outcome.ok) return outcome.value;
      throw new EngineError(outcome.error.code, outcome.error.message, outcome.error.hint);
    } finally {
      listener.signal?.removeEventListener('abort', abort);
      listeners.delete(id);
    }
  };

  return {
    devices: createDevices(() => createEngine({ start })),
    backends: () => call((calls, id) => calls.backends(id)),
    probe: (device) => call((calls, id) => calls.probe(id, device)),
    describe: (model) => call((calls, id) => calls.describe(id, model)),
    async openScorer(spec, onNotice) {
      const scorer = await call((calls, id) => calls.openScorer(id, spec), { onNotice });
      const home = connection;
      return {
        async score(texts, hypotheses, signal) {
          const answer = await call((calls, id) => calls.score(id, { scorer, texts, hypotheses }), {
            signal,
            onNotice,
          });
          return texts.map((_, row) => rowOf(answer, row, hypotheses.length));
        },
        async close() {
          // It went with its process; another need not start for this.
          if (connection === home) await call((calls, id) => calls.closeScorer(id, scorer));
        },
      };
    },
    train: (request, listener) => call((calls, id) => calls.train(id, request), listener),
    async embed(model, texts, signal) {
      const all = await call((calls, id) => calls.embed(id, { model, texts }), { signal });
      const size = all.length / Math.max(texts.length, 1);
      return texts.map((_, i) => all.slice(i * size, (i + 1) * size));
    },
    explain: (model, text, hypotheses, signal) =>
      call((calls, id) => calls.explain(id, { model, text, hypotheses }), { signal }),
    async exportModel(request) {
      if (purpose === 'export') return call((calls, id) => calls.exportModel(id, request));
      if (closed) throw new EngineError('engine_closed', 'The engine was closed.');
      // Only this may write where a person chose, so only it gets a process that can.
      const writer = createEngine({ start, purpose: 'export' });
      try {
        return await writer.exportModel(request);
      } finally {
        await writer.close();
      }
    },
    get pid() {
      return connection?.child.pid;
    },
    async close() {
      closed = true;
      if (!connection) return;
      const { child, gone } = connection;
      child.kill();
      await gone.catch(() => undefined);
    },
  };
}

function connectTo(
  child: EngineProcess,
  listeners: ReadonlyMap<number, TrainingListener>,
  onGone: (child: EngineProcess) => void,
): Connection {
  const gone = new Promise<never>((_, reject) => {
    child.onExit((how) => {
      onGone(child);
      reject(
        new EngineError(
          'engine_died',
          `The engine stopped unexpectedly (${how}).`,
          'It starts again by itself; if it keeps stopping, try a smaller model or batch.',
        ),
      );
    });
  });
  gone.catch(() => undefined);
  const calls = createBirpc<EngineCalls, EngineEvents>(
    {
      step: (id, event) => listeners.get(id)?.onStep?.(event),
      evaluation: (id, evaluation) => listeners.get(id)?.onEvaluation?.(evaluation),
      notice: (id, text) => listeners.get(id)?.onNotice?.(text),
    },
    {
      // A process that has just died can't take messages; `gone` tells the caller.
      post: (message) => child.post(message),
      on: (receive) => child.onMessage(receive),
      timeout: -1,
    },
  );
  return { child, calls, gone };
}

function rowOf(
  { probabilities, passages }: { probabilities: Float32Array; passages: Int32Array },
  row: number,
  columns: number,
) {
  return {
    probabilities: probabilities.slice(row * columns, (row + 1) * columns),
    passages: Array.from({ length: columns }, (_, column) => {
      const at = 2 * (row * columns + column);
      return passages[at]! < 0 ? null : { start: passages[at]!, end: passages[at + 1]! };
    }),
  };
}
