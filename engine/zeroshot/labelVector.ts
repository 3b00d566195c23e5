/** A label as people word it. */
export interface WordedLabel {
  readonly name: string;
  readonly description?: string | undefined;
  readonly hypotheses: readonly string[];
}

/**
 * The description of a label that is read; undefined: it has none, or it is blank. What is blank is what `trim` takes for that:
 * `description_of` of the Python in exported folders says the same.
 */
export const descriptionOf = ({ description }: WordedLabel): string | undefined =>
  description?.trim() ? description : undefined;

/** The texts whose embeddings stand for a label: its name, its description where it has one, its sentences. */
export function wordingsOf(label: WordedLabel): string[][] {
  const description = descriptionOf(label);
  return [[label.name], description === undefined ? [] : [description], [...label.hypotheses]].filter(
    ({ length }) => length > 0,
  );
}

/** The mean of a label's wordings, each kind of wording counting the same. vectors: [kinds][wordings] → [hidden]. */
export function labelVector(vectors: readonly (readonly Float32Array[])[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.[0]?.length ?? 0);
  for (const kind of vectors) {
    for (const vector of kind) {
      const share = 1 / (kind.length * vectors.length);
      for (let i = 0; i < mean.length; i++) mean[i]! += share * vector[i]!;
    }
  }
  return mean;
}

/** A vector per label, the mean over its wordings; all wordings are embedded in one call. [labels] → [labels][hidden] */
export async function labelVectors(
  labels: readonly WordedLabel[],
  embed: (texts: string[]) => Promise<readonly Float32Array[]>,
): Promise<Float32Array[]> {
  const wordings = labels.map(wordingsOf);
  const vectors = await embed(wordings.flat(2));
  let at = 0;
  return wordings.map((kinds) =>
    labelVector(
      kinds.map((kind) => {
        at += kind.length;
        return vectors.slice(at - kind.length, at);
      }),
    ),
  );
}

/** Inner products of a text's vector with each label's: with vectors of length 1, mean cosines. */
export function cosines(text: Float32Array, labels: readonly Float32Array[]): Float32Array {
  return Float32Array.from(labels, (label) => {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum += text[i]! * label[i]!;
    return sum;
  });
}
