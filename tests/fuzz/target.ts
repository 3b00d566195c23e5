/** What became of an input. */
export interface Outcome {
  /** In a word or two: worked, or how it was refused. */
  readonly kind: string;
  /** What must not be, in a sentence. */
  readonly fault?: string | undefined;
  /** The input, to be kept with the fault. */
  readonly input?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
}

export interface Found extends Outcome {
  readonly seed: number;
}

/** Something that takes foreign input; the same seed makes the same input. */
export interface FuzzTarget {
  readonly name: string;
  /** What became of the inputs of `count` seeds from `first`, in any order; who asks may stop in the middle. */
  run(first: number, count: number): AsyncIterable<Found>;
  close(): Promise<void>;
}

/** A target that does one input after the other. */
export const oneByOne = (
  name: string,
  run: (seed: number) => Promise<Outcome>,
  close: () => Promise<void>,
): FuzzTarget => ({
  name,
  async *run(first, count) {
    for (let seed = first; seed < first + count; seed++) yield { seed, ...(await run(seed)) };
  },
  close,
});
