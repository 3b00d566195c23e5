import { type BirpcReturn, createBirpc } from 'birpc';
import { EngineError } from '../errors.ts';
import type { ExportResult } from '../export/modelFolder.ts';
import type { WordWeight } from '../inference/explain.ts';
import type { Likeness } from '../inference/likeness.ts';
import type { TextScores } from '../inference/score.ts';
import type { ClassExamples } from '../model/classExamples.ts';
import { logistic } from '../nli/probability.ts';
import { rowsOf } from '../rows.ts';
import type { Evaluation } from '../train/earlyStop.ts';
import type { TrainingEvent } from '../train/loop.ts';
import { type EngineProcess, forkEngine, type StartEngine } from './child.ts';
import { createDevices, type Devices, type Prober } from './devices.ts';
import { CALL_LIMITS, type CallLimits, extraTime, modelBytes, modelTitle } from './limits.ts';
import type {
  EngineCalls,
  EngineEvents,
  ExportCall,
  LikenCall,
  ModelFacts,
  ModelSource,
  Outcome,
  ScoreAnswer,
  ScorerSpec,
  TrainAnswer,
  TrainCall,
  TuneCall,
} from './protocol.ts';
import { createRefusals, didNotAnswer } from './refusals.ts';
import type { Purpose } from './rights.ts';
import { createWatch, type Slowest, startTicking, type Watch, type Watched } from './watch.ts';

/** Scores one chunk of texts after the other with a model that stays loaded. */
export interface RemoteScorer {
  /** `asked`: see `ScoreRequest`. */
  score(
    texts: readonly string[],
    hypotheses: readonly string[],
    how?: { readonly asked?: Uint8Array | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<TextScores[]>;
  close(): Promise<void>;
}

export interface TrainingListener {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((event: TrainingEvent) => void) | undefined;
  readonly onEvaluation?: ((evaluation: Evaluation) => void) | undefined;
  readonly onTuned?: ((step: number, steps: number) => void) | undefined;
  /** A sentence when a device or its memory gave out and work went on otherwise. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * The engine as other layers see it: a process of its own, started at the first call. When it dies, running calls
 * reject with `engine_died` and the next call starts another, at most `MAX_STARTS` within `WINDOW_MS`
 * (`engine_keeps_dying`).
 *
 * A call that makes no progress for its limit (`CallLimits`) is ended with its process and rejects with
 * `model_stopped`; its model is then refused with the same sentence until its file changes or the program starts
 * again: at once if it never answered, the second time if it did. A call whose signal aborts rejects with `cancelled`
 * within two seconds, whatever its process does.
 */
export interface Engine {
  describe(model: ModelSource): Promise<ModelFacts>;
  /** What a model answers to plain pairs, so that a person can say which output means what. */
  classExamples(dir: string): Promise<ClassExamples>;
  openScorer(
    spec: ScorerSpec,
    onNotice?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<RemoteScorer>;
  train(request: TrainCall, listener?: TrainingListener): Promise<TrainAnswer>;
  /** Weights with which a model's embeddings tell these texts' labels apart; `ModelSource.tuned`. */
  tune(request: TuneCall, listener?: TrainingListener): Promise<Uint8Array>;
  /** A vector of length 1 per text. */
  embed(model: ModelSource, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  /** How much texts are like labels, and their embeddings, [texts]. */
  liken(request: LikenCall, signal?: AbortSignal): Promise<Likeness[]>;
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
  exportModel(request: ExportCall, signal?: AbortSignal): Promise<ExportResult>;
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
  readonly watch: Watch;
  /** Ends the process now; nothing waits for it any more. */
  end(): void;
}

/** A call that someone waits for. */
interface Waiting extends TrainingListener {
  readonly dir: string | undefined;
  /** Ends the wait without an answer. */
  fail(error: EngineError): void;
}

/** An engine in a process of its own: a child of this Node, or what the host's `start` gives. */
export function createEngine({
  start = forkEngine,
  purpose = 'compute',
  limits = CALL_LIMITS,
}: {
  start?: StartEngine;
  purpose?: Purpose;
  limits?: CallLimits;
} = {}): Engine & Prober {
  const waiting = new Map<number, Waiting>();
  const starts: number[] = [];
  const slowest: Slowest = new Map();
  const refusals = createRefusals();
  const writers = new Set<Engine>();
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
    const own = connectTo(start(purpose), waiting, {
      limits,
      slowest,
      onGone: (child) => {
        if (connection?.child === child) connection = undefined;
      },
      onEnd: (culprit, idleMs) => {
        // Ended on purpose, it did not die.
        starts.pop();
        const { dir, fail } = (culprit && waiting.get(culprit.id)) ?? {};
        if (culprit) {
          const error = didNotAnswer(dir === undefined ? undefined : modelTitle(dir), idleMs);
          if (dir !== undefined) refusals.hung(dir, error);
          fail?.(error);
        }
        own.end();
      },
    });
    connection = own;
    return own;
  };

  const call = async <T>(
    { kind, dir }: { kind: string; dir?: string | undefined },
    send: (calls: Connection['calls'], id: number) => Promise<Outcome<T>>,
    listener: TrainingListener = {},
  ): Promise<T> => {
    if (dir !== undefined && refusals.has(dir)) await refusals.check(dir);
    // Told to stop before it began: a process would hear of the stop before it hears of the call.
    if (listener.signal?.aborted) throw new EngineError('cancelled', 'Stopped on request.');
    const { calls, gone, watch } = connect();
    lastCall += 1;
    const id = lastCall;
    const watched: Watched = {
      id,
      kind: `${kind} ${dir ?? ''}`,
      extraMs: 0,
      stopped: false,
      lasting: kind === 'explain' || kind === 'embed',
    };
    const ended = new Promise<never>((_, reject) => {
      waiting.set(id, { ...listener, dir, fail: reject });
    });
    ended.catch(() => undefined);
    watch.add(watched);
    if (dir !== undefined) {
      void modelBytes(dir).then((bytes) => {
        watched.extraMs = extraTime(bytes, limits);
      });
    }
    const abort = () => {
      watched.stopped = true;
      void calls.cancel.asEvent(id);
    };
    listener.signal?.addEventListener('abort', abort);
    const answer = send(calls, id);
    // A stopped call is watched until its process is done with it, not only until its caller is.
    const done = () => {
      watch.remove(id);
      waiting.delete(id);
    };
    void Promise.race([answer, gone]).then(done, done);
    try {
      const outcome = await Promise.race([answer, ended, gone]);
      if (!outcome.ok) throw new EngineError(outcome.error.code, outcome.error.message, outcome.error.hint);
      if (dir !== undefined && kind !== 'describe') refusals.answered(dir);
      return outcome.value;
    } finally {
      listener.signal?.removeEventListener('abort', abort);
    }
  };

  return {
    devices: createDevices(() => createEngine({ start })),
    backends: () => call({ kind: 'backends' }, (calls, id) => calls.backends(id)),
    probe: (device) => call({ kind: 'probe' }, (calls, id) => calls.probe(id, device)),
    describe: (model) => call({ kind: 'describe', dir: model.dir }, (calls, id) => calls.describe(id, model)),
    classExamples: (dir) => call({ kind: 'describe', dir }, (calls, id) => calls.classExamples(id, dir)),
    async openScorer(spec, onNotice, signal) {
      const { dir } = spec;
      const scorer = await call({ kind: 'open', dir }, (calls, id) => calls.openScorer(id, spec), {
        onNotice,
        signal,
      });
      const home = connection;
      return {
        async score(texts, hypotheses, { asked, signal: stop } = {}) {
          const answer = await call(
            { kind: 'score', dir },
            (calls, id) => calls.score(id, { scorer, texts, hypotheses, asked }),
            { signal: stop, onNotice },
          );
          return texts.map((_, row) => rowOf(answer, row, hypotheses.length));
        },
        async close() {
          // It went with its process; another need not start for this.
          if (home && connection === home)
            await call({ kind: 'close' }, (calls, id) => calls.closeScorer(id, scorer));
        },
      };
    },
    train: (request, listener) =>
      call({ kind: 'train', dir: request.model.dir }, (calls, id) => calls.train(id, request), listener),
    tune: (request, listener) =>
      call({ kind: 'tune', dir: request.model.dir }, (calls, id) => calls.tune(id, request), listener),
    async embed(model, texts, signal) {
      const all = await call(
        { kind: 'embed', dir: model.dir },
        (calls, id) => calls.embed(id, { model, texts }),
        { signal },
      );
      return rowsOf(all, texts.length);
    },
    async liken(request, signal) {
      const { model, texts } = request;
      const { embeddings, cosines } = await call(
        { kind: 'embed', dir: model.dir },
        (calls, id) => calls.liken(id, request),
        { signal },
      );
      const own = rowsOf(cosines, texts.length);
      return rowsOf(embeddings, texts.length).map((embedding, i) => ({ embedding, cosine: own[i]! }));
    },
    explain: (model, text, hypotheses, signal) =>
      call(
        { kind: 'explain', dir: model.dir },
        (calls, id) => calls.explain(id, { model, text, hypotheses }),
        { signal },
      ),
    async exportModel(request, signal) {
      if (purpose === 'export') {
        const { dir } = request.model;
        return call({ kind: 'export', dir }, (calls, id) => calls.exportModel(id, request), { signal });
      }
      if (closed) throw new EngineError('engine_closed', 'The engine was closed.');
      // Only this may write where a person chose, so only it gets a process that can.
      const writer = createEngine({ start, limits, purpose: 'export' });
      writers.add(writer);
      try {
        return await writer.exportModel(request, signal);
      } finally {
        writers.delete(writer);
        await writer.close();
      }
    },
    get pid() {
      return connection?.child.pid;
    },
    async close() {
      closed = true;
      for (const writer of writers) await writer.close();
      if (!connection) return;
      const { child, gone } = connection;
      child.kill();
      await gone.catch(() => undefined);
    },
  };
}

/** Starts to talk to a process, and to watch it while calls run. */
function connectTo(
  child: EngineProcess,
  waiting: ReadonlyMap<number, Waiting>,
  options: {
    readonly limits: CallLimits;
    readonly slowest: Slowest;
    onGone(child: EngineProcess): void;
    onEnd(culprit: Watched | null, idleMs: number): void;
  },
): Connection {
  const { limits, slowest, onGone, onEnd } = options;
  let over: (how: string) => void = () => undefined;
  const gone = new Promise<never>((_, reject) => {
    over = (how) => {
      stopTicking();
      onGone(child);
      reject(
        new EngineError(
          'engine_died',
          `The engine stopped unexpectedly (${how}).`,
          'It starts again by itself; if it keeps stopping, try a smaller model or batch.',
        ),
      );
    };
  });
  gone.catch(() => undefined);
  const watch = createWatch(limits, slowest, {
    onReturn: ({ id }) => waiting.get(id)?.fail(new EngineError('cancelled', 'Stopped on request.')),
    onEnd,
  });
  const stopTicking = startTicking(watch, limits.tickMs);
  child.onExit((how) => over(how));
  const calls = createBirpc<EngineCalls, EngineEvents>(
    {
      step: (id, event) => waiting.get(id)?.onStep?.(event),
      evaluation: (id, evaluation) => waiting.get(id)?.onEvaluation?.(evaluation),
      tuned: (id, step, steps) => waiting.get(id)?.onTuned?.(step, steps),
      notice: (id, text) => waiting.get(id)?.onNotice?.(text),
      progress: (id, phase) => watch.progress(id, phase),
    },
    {
      // A process that has just died can't take messages; `gone` tells the caller.
      post: (message) => child.post(message),
      on: (receive) => child.onMessage(receive),
      timeout: -1,
    },
  );
  return {
    child,
    calls,
    gone,
    watch,
    end() {
      child.kill();
      over('a call did not return');
    },
  };
}

function rowOf({ odds, passages }: ScoreAnswer, row: number, columns: number): TextScores {
  const own = odds.slice(row * columns, (row + 1) * columns);
  return {
    odds: own,
    probabilities: own.map(logistic),
    passages: Array.from({ length: columns }, (_, column) => {
      const at = 2 * (row * columns + column);
      return passages[at]! < 0 ? null : { start: passages[at]!, end: passages[at + 1]! };
    }),
  };
}
