import type { Engine, Likeness, RemoteScorer, TextScores } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';

/**
 * An engine that reads a text once: what a model without training says of it is kept in memory, for the same documents in
 * another project. What was trained is read each time.
 */
export function remembering(engine: Engine): Engine {
  const scores = new Map<string, TextScores>();
  const vectors = new Map<string, Float32Array>();
  const alike = new Map<string, Likeness>();
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
        score: (texts, hypotheses, how) => {
          const { asked } = how ?? {};
          const rowOf = (i: number) => asked?.subarray(i * hypotheses.length, (i + 1) * hypotheses.length);
          const kind = JSON.stringify([plain, hypotheses]);
          const keys = texts.map((text, i) => `${kind} ${rowOf(i)?.join('') ?? ''} ${text}`);
          return each(scores, keys, async (unread) => {
            opened ??= engine.openScorer(spec, onNotice, signal);
            const scorer = await opened;
            const own = asked && Uint8Array.from(unread.flatMap((i) => [...(rowOf(i) ?? [])]));
            return scorer.score(
              unread.map((i) => texts[i]!),
              hypotheses,
              { ...how, asked: own },
            );
          });
        },
        close: async () => (await opened)?.close(),
      };
    },
    embed: (model, texts, signal) =>
      model.trained === undefined && model.tuned === undefined
        ? each(
            vectors,
            texts.map((text) => `${model.dir} ${text}`),
            (unread) =>
              engine.embed(
                model,
                unread.map((i) => texts[i]!),
                signal,
              ),
          )
        : engine.embed(model, texts, signal),
    liken: (request, signal) => {
      const { model, texts, ...how } = request;
      if (model.trained !== undefined || model.tuned !== undefined) return engine.liken(request, signal);
      const kind = JSON.stringify([model.dir, how]);
      const keys = texts.map((text) => `${kind} ${text}`);
      return each(alike, keys, (unread) =>
        engine.liken({ ...request, texts: unread.map((i) => texts[i]!) }, signal),
      );
    },
  };
}

/** What is known under these keys; `read` is asked for the rest, by the first place of each. */
async function each<T>(
  known: Map<string, T>,
  keys: readonly string[],
  read: (unread: readonly number[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const unread = new Map<string, number>();
  for (const [i, key] of keys.entries()) if (!known.has(key) && !unread.has(key)) unread.set(key, i);
  if (unread.size > 0) {
    const found = await read([...unread.values()]);
    [...unread.keys()].forEach((key, at) => {
      known.set(key, found[at]!);
    });
  }
  return keys.map((key) => mustGet(known, key, 'reading'));
}
