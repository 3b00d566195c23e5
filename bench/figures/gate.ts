import type { Engine } from '../../engine/index.ts';

/** How much may be scored: the annotator is faster or slower than the engine. */
export interface Gate {
  /** Resolves when so many pairs may be scored, or nobody wants them any more. */
  pass(pairs: number, signal?: AbortSignal): Promise<void>;
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
    pass: (pairs, signal) =>
      new Promise((go) => {
        const own = { pairs, go };
        waiting = [...waiting, own];
        signal?.addEventListener('abort', () => {
          waiting = waiting.filter((one) => one !== own);
          go();
        });
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

/** The engine of a machine that is as slow as the gate lets it be; what it answers is the same. */
export function slowed(engine: Engine, gate: Gate): Engine {
  return {
    ...engine,
    async openScorer(request) {
      const scorer = await engine.openScorer(request);
      return {
        ...scorer,
        async score(texts, hypotheses, how) {
          const { asked, signal } = how ?? {};
          await gate.pass(
            asked ? asked.filter((one) => one === 1).length : texts.length * hypotheses.length,
            signal,
          );
          return scorer.score(texts, hypotheses, how);
        },
      };
    },
  };
}
