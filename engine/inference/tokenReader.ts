import { must, mustGet } from '../../process/must.ts';
import type { Interaction } from '../model/interactionFile.ts';
import type { Encoder } from '../model/textModel.ts';
import { oneAfterTheOther } from '../rows.ts';
import { labelVectors, type WordedLabel, wordingsOf } from '../zeroshot/labelVector.ts';
import { type LabelTokens, labelTokens, type TokenVectors } from '../zeroshot/lateInteraction.ts';
import type { EmbeddedTokens, Embedder } from './embedding.ts';
import { comparedTokens, createComparer } from './interaction.ts';
import { joinedFor, overWindows } from './windows.ts';

/** Late interaction of texts and labels (see `zeroshot/lateInteraction.ts`). */
export interface TokenReader {
  /** Of what tokens are compared by. */
  readonly digest: string;
  /** Their wordings are read once. */
  ofLabels(labels: readonly WordedLabel[]): Promise<ReadLabels>;
  /** Embeddings as `TextEmbedder.embed` has them, and of each token of the labels the highest cosine over all windows of a text. */
  read(texts: readonly string[], labels: LabelTokens, signal?: AbortSignal): Promise<TextTokens[]>;
  release(): Promise<void>;
}

/** What labels are compared by. */
export interface ReadLabels {
  /** A vector per label (`labelVector`), [labels][hidden]. */
  readonly vectors: readonly Float32Array[];
  readonly tokens: LabelTokens;
}

export interface TextTokens {
  /** [hidden]. */
  readonly embedding: Float32Array;
  /** [tokens of all labels]. */
  readonly best: Float32Array;
}

/** Tokens of texts that were read last are kept: who words a label asks about the same texts again. About 60 MB. */
const MOST_KEPT = 40_000;

interface ReadText extends TokenVectors {
  readonly embedding: Float32Array;
}

/** `embedder`: loaded with the same `interaction`; `most` windows of a text are read. */
export async function createTokenReader(
  model: Encoder,
  {
    embedder,
    interaction: { size, digest },
    most,
  }: { readonly embedder: Embedder; readonly interaction: Interaction; readonly most: number },
): Promise<TokenReader> {
  const comparer = await createComparer(size);
  const windowsOf = overWindows(model, most, async (windows) => textsOf(await embedder.embedTokens(windows)));
  const read = async (texts: readonly string[], signal?: AbortSignal): Promise<ReadText[]> =>
    (await windowsOf(texts, signal)).map((windows, i) => joined(texts[i]!, windows));
  const kept = keeping(MOST_KEPT);
  return {
    digest,
    async ofLabels(labels) {
      const wordings = [...new Set(labels.flatMap(wordingsOf).flat())];
      const rows = await read(wordings);
      const known = new Map(wordings.map((wording, i) => [wording, rows[i]]));
      const rowsOf = async (texts: readonly string[]) =>
        texts.map((text) => mustGet(known, text, 'wording that was read'));
      return {
        vectors: await labelVectors(labels, async (texts) =>
          (await rowsOf(texts)).map(({ embedding }) => embedding),
        ),
        tokens: await labelTokens(labels, rowsOf),
      };
    },
    async read(texts, labels, signal) {
      const rows: TextTokens[] = [];
      for (const { embedding, vectors } of await kept(texts, (unread) => read(unread, signal)))
        rows.push({ embedding, best: await comparer.best(vectors, labels) });
      return rows;
    },
    release: () => comparer.release(),
  };
}

/** The tokens of texts that are compared. */
function textsOf({ embeddings, vectors, weights, shape: [, tokens, size] }: EmbeddedTokens): ReadText[] {
  const [from, to] = comparedTokens(tokens);
  return embeddings.map((embedding, text) => {
    const start = text * tokens;
    return {
      embedding,
      vectors: vectors.slice((start + from) * size, (start + to) * size),
      weights: weights.slice(start + from, start + to),
    };
  });
}

/** A text of its windows. */
function joined(text: string, windows: readonly ReadText[]): ReadText {
  const [first] = windows;
  const embedding = joinedFor(
    text,
    windows.map((window) => window.embedding),
  );
  if (first && windows.length === 1) return { ...first, embedding };
  return {
    embedding,
    vectors: oneAfterTheOther(windows.map(({ vectors }) => vectors)),
    weights: oneAfterTheOther(windows.map(({ weights }) => weights)),
  };
}

/** Reads texts that are not among those that were asked for last, of which so many tokens are kept. */
function keeping(most: number) {
  const known = new Map<string, ReadText>();
  let tokens = 0;
  return async (
    texts: readonly string[],
    read: (unread: readonly string[]) => Promise<readonly ReadText[]>,
  ): Promise<ReadText[]> => {
    // Taken now: while others are read, who asks at the same time may push them out.
    const own = new Map(texts.map((text) => [text, known.get(text)]));
    const unread = [...own.keys()].filter((text) => own.get(text) === undefined);
    const found = unread.length > 0 ? await read(unread) : [];
    unread.forEach((text, i) => {
      own.set(text, found[i]);
    });
    for (const [text, row] of own) {
      if (!known.delete(text)) tokens += must(row, 'text that was read').weights.length;
      // Those that were asked for last stand at the end.
      known.set(text, must(row, 'text that was read'));
    }
    for (const [text, { weights }] of known) {
      if (tokens <= most) break;
      known.delete(text);
      tokens -= weights.length;
    }
    return texts.map((text) => mustGet(own, text, 'text that was read'));
  };
}
