import { must, mustGet } from '../../process/must.ts';
import type { Interaction } from '../model/interactionFile.ts';
import type { Encoder } from '../model/textModel.ts';
import { oneAfterTheOther } from '../rows.ts';
import { labelVectors, type WordedLabel, wordingsOf } from '../zeroshot/labelVector.ts';
import {
  interactions,
  type LabelTokens,
  labelTokens,
  type TokenVectors,
} from '../zeroshot/lateInteraction.ts';
import type { EmbeddedTokens, Embedder } from './embedding.ts';
import { comparedTokens, createComparer } from './interaction.ts';
import { requireFinite } from './notFinite.ts';
import { joinedFor, overWindows } from './windows.ts';

/** Late interaction of texts and labels (see `zeroshot/lateInteraction.ts`). */
export interface TokenReader {
  /** Of what tokens are compared by. */
  readonly digest: string;
  /** Their wordings are read once. */
  ofLabels(labels: readonly WordedLabel[]): Promise<ReadLabels>;
  /**
   * Embeddings as `TextEmbedder.embed` has them, and how much all windows of a text are like labels. However many texts there
   * are, tokens of a few are in memory at a time. Throws `not_finite`, naming the text.
   */
  read(texts: readonly string[], labels: LabelTokens, signal?: AbortSignal): Promise<ComparedText[]>;
  release(): Promise<void>;
}

/** What labels are compared by. */
export interface ReadLabels {
  /** A vector per label (`labelVector`), [labels][hidden]. */
  readonly vectors: readonly Float32Array[];
  readonly tokens: LabelTokens;
}

export interface ComparedText {
  /** [hidden]. */
  readonly embedding: Float32Array;
  /** By `interactions`, [labels]. */
  readonly late: Float32Array;
}

/** Tokens of texts that were read last are kept: who words a label asks about the same texts again. About 60 MB. */
const MOST_KEPT = 40_000;
/** Tokens of texts that are read before the first of them is compared: 30 MB, and again those of one text that is joined. */
const READ_TOGETHER = 20_000;

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
  const windowsOf = overWindows(model, { most, together: READ_TOGETHER }, async (windows) =>
    textsOf(await embedder.embedTokens(windows)),
  );
  async function* read(texts: readonly string[], signal?: AbortSignal): AsyncGenerator<ReadText, undefined> {
    let at = 0;
    for await (const windows of windowsOf(texts, signal)) yield joined(texts[at++]!, windows);
  }
  const kept = keeping(MOST_KEPT);
  return {
    digest,
    async ofLabels(labels) {
      const wordings = [...new Set(labels.flatMap(wordingsOf).flat())];
      const known = new Map<string, ReadText>();
      for await (const row of read(wordings)) known.set(wordings[known.size]!, row);
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
      const compared = new Map<string, ComparedText>();
      for await (const [text, { embedding, vectors }] of kept(texts, (unread) => read(unread, signal))) {
        const late = interactions(await comparer.best(vectors, labels), labels);
        requireFinite(late, text, 'its words cannot be compared with those of labels');
        compared.set(text, { embedding, late });
      }
      return texts.map((text) => mustGet(compared, text, 'text that was compared'));
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

/**
 * Hands out each of some texts once, and reads those that are not among the ones that were asked for last, of which so many
 * tokens are kept.
 */
function keeping(most: number) {
  const known = new Map<string, ReadText>();
  let tokens = 0;
  const keep = (text: string, row: ReadText): void => {
    if (!known.delete(text)) tokens += row.weights.length;
    // Those that were asked for last stand at the end.
    known.set(text, row);
    for (const [other, { weights }] of known) {
      if (tokens <= most) break;
      known.delete(other);
      tokens -= weights.length;
    }
  };
  return async function* (
    texts: readonly string[],
    read: (unread: readonly string[]) => AsyncIterator<ReadText, undefined>,
  ): AsyncGenerator<readonly [string, ReadText], void> {
    // Taken now: while others are read, they are pushed out, by this question or by who asks at the same time.
    const own = new Map(texts.map((text) => [text, known.get(text)]));
    const fresh = read([...own.keys()].filter((text) => own.get(text) === undefined));
    for (const [text, taken] of own) {
      const row = taken ?? must((await fresh.next()).value, 'text that was read');
      keep(text, row);
      yield [text, row];
    }
  };
}
