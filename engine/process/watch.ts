import type { Phase } from '../runtime/progress.ts';
import type { CallLimits } from './limits.ts';

/** A call that is watched. */
export interface Watched {
  readonly id: number;
  /** What it does with which model: what took long for one says nothing about another. */
  readonly kind: string;
  /** What it may take longer than others until it has run once. */
  extraMs: number;
  /** Stopped, it is let finish within its limit: what it gets ready is asked for again soon. */
  readonly lasting: boolean;
  /** Nobody waits for its answer any more: its caller has it as stopped after `stopMs`. */
  stopped: boolean;
}

interface State extends Watched {
  phase: Phase;
  started: boolean;
  idleMs: number;
  stoppedMs: number;
  returned: boolean;
}

/** What the watch does about calls. */
export interface Verdicts {
  /** The caller of a stopped call gets its answer now, whatever the process does. */
  onReturn(call: Watched): void;
  /**
   * The process has to end. `culprit` is the call that did not get on for `idleMs`; null: nobody needs the process,
   * and it is busy with stopped calls only.
   */
  onEnd(culprit: Watched | null, idleMs: number): void;
}

/** Watches the calls of one process. */
export interface Watch {
  add(call: Watched): void;
  remove(id: number): void;
  progress(id: number, phase: Phase): void;
  /** Time has passed. */
  tick(elapsedMs: number): void;
}

/** How long the longest pause of each kind and phase was, of work that did go on. Outlives processes. */
export type Slowest = Map<string, number>;

/**
 * Judges by progress. Time is counted in ticks of this process: while the machine sleeps, or this process is kept
 * from running, nobody's time passes.
 */
export function createWatch(limits: CallLimits, slowest: Slowest, verdicts: Verdicts): Watch {
  const calls = new Map<number, State>();
  let idleMs = 0;
  let latest = -1;
  const key = (call: State) => `${call.phase} ${call.kind}`;
  const limitOf = (call: State) => {
    const before = slowest.get(key(call));
    const first = before === undefined || call.phase !== 'running';
    const least = limits.withoutProgressMs[call.phase] + (first ? call.extraMs : 0);
    return Math.max(least, Math.min(limits.patience * (before ?? 0), limits.mostMs));
  };

  /** Native code blocks the process's one thread: who said something last is who it is busy with. */
  const culpritOf = (late: readonly State[]) =>
    late.find(({ id }) => id === latest) ?? late.find(({ started }) => started) ?? late[0]!;

  const judge = () => {
    const all = [...calls.values()];
    const longest = Math.max(...all.map(limitOf));
    const late = all.filter((call) => {
      const limit = limitOf(call);
      return (
        call.idleMs > limit && (idleMs > longest || (call.started && call.idleMs > limits.starving * limit))
      );
    });
    if (late.length > 0) {
      const culprit = culpritOf(late);
      return verdicts.onEnd(culprit, culprit.idleMs);
    }
    for (const call of all) {
      if (!call.stopped || call.returned || call.stoppedMs < limits.stopMs) continue;
      call.returned = true;
      verdicts.onReturn(call);
    }
    // What is only slow, and known to be, is let finish: loading the model again takes longer.
    const unwanted = (call: State) =>
      call.returned && !call.lasting && call.stoppedMs > 2 * (slowest.get(key(call)) ?? 0);
    if (all.every(unwanted)) verdicts.onEnd(null, 0);
  };

  return {
    add(call) {
      if (calls.size === 0) idleMs = 0;
      const state: State = Object.assign(call, {
        phase: 'loading' as const,
        started: false,
        idleMs: 0,
        stoppedMs: 0,
        returned: false,
      });
      calls.set(call.id, state);
    },
    remove: (id) => void calls.delete(id),
    progress(id, phase) {
      const call = calls.get(id);
      if (!call) return;
      // Until it has started it waits for others, which says nothing about itself.
      if (call.started) slowest.set(key(call), Math.max(slowest.get(key(call)) ?? 0, call.idleMs));
      call.started = true;
      call.phase = phase;
      call.idleMs = 0;
      idleMs = 0;
      latest = id;
    },
    tick(elapsedMs) {
      if (calls.size === 0) return;
      idleMs += elapsedMs;
      for (const call of calls.values()) {
        call.idleMs += elapsedMs;
        if (call.stopped) call.stoppedMs += elapsedMs;
      }
      judge();
    },
  };
}

/** Milliseconds. A later tick counts no more: this process slept or was busy, and so may news be that wait for it. */
const LONGEST_TICK = 1000;

/** Tells a watch every `everyMs` milliseconds that time has passed, until what it returns is called. */
export function startTicking(watch: Pick<Watch, 'tick'>, everyMs: number): () => void {
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    watch.tick(Math.min(now - before, LONGEST_TICK));
    before = now;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
