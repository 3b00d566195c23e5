import { createEmbedder, type Embedder, encodeText } from '../../engine/inference/embedding.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import type { Encoder } from '../../engine/model/textModel.ts';
import { planBatches } from '../../engine/text/batches.ts';

/** Tokens of a text that its embedding reads. */
const LONGEST = 256;

/** Cosine of the mean-pooled embeddings of each text and each hypothesis: [texts][hypotheses]. */
export async function cosineScores(
  model: NliModel,
  texts: readonly string[],
  hypotheses: readonly string[],
): Promise<Float32Array[]> {
  const encoder = await model.encoder();
  const embedder = await createEmbedder(encoder.prepared, encoder.tokenizer.padId);
  const [ours, theirs] = [
    await embedAll(encoder, embedder, texts),
    await embedAll(encoder, embedder, hypotheses),
  ];
  await embedder.release();
  return ours.map((text) =>
    Float32Array.from(theirs, (label) => text.reduce((sum, x, i) => sum + x * label[i]!, 0)),
  );
}

async function embedAll(
  { tokenizer }: Encoder,
  embedder: Embedder,
  texts: readonly string[],
): Promise<Float32Array[]> {
  const encoded = texts.map((text) => encodeText(tokenizer, text, LONGEST));
  const lengths = encoded.map(({ inputIds }) => inputIds.length);
  const vectors: Float32Array[] = [];
  for (const batch of planBatches(lengths, { tokensPerBatch: 4096, maxBatch: 64, padding: true })) {
    const part = await embedder.embed(batch.map((i) => encoded[i]!));
    batch.forEach((i, row) => {
      vectors[i] = part[row]!;
    });
  }
  return vectors;
}
