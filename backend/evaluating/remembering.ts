import type { Engine, RemoteScorer, TextScores } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';

/**
 * An engine that reads a text once: what a model without training says of it is kept in memory, for the same documents in
 * another project. What was trained is read each time.
 */
export function remembering(engine: Engine): Engine {
  const scores = new Map<string, TextScores>();
  const vectors = new Map<string, Float32Array>();
  return {
    ...engine,
    // It is another one after the engine was started again.
    get pid() {
      return engine.pid;
    },
    async openScorer(spec, onNotice, signal) {
      const { trained, ...plain } = spec;
      if (trained !== undefined) return engine.openScorer(spec, onNotice, signal);
      // It is opened where there is something to read.
      let opened: Promise<RemoteScorer> | undefined;
      return {
        score: (texts, hypotheses, stop) =>
          each(scores, texts, JSON.stringify([plain, hypotheses]), async (unread) => {
            opened ??= engine.openScorer(spec, onNotice, signal);
            const scorer = await opened;
            return scorer.score(unread, hypotheses, stop);
          }),
        close: async () => (await opened)?.close(),
      };
    },
    embed: (model, texts, signal) =>
      model.trained === undefined
        ? each(vectors, texts, model.dir, (unread) => engine.embed(model, unread, signal))
        : engine.embed(model, texts, signal),
  };
}

async function each<T>(
  known: Map<string, T>,
  texts: readonly string[],
  kind: string,
  read: (unread: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const keyOf = (text: string) => `${kind} ${text}`;
  const unread = [...new Set(texts)].filter((text) => !known.has(keyOf(text)));
  if (unread.length > 0) {
    for (const [i, found] of (await read(unread)).entries()) known.set(keyOf(unread[i]!), found);
  }
  return texts.map((text) => mustGet(known, keyOf(text), 'vector'));
}
