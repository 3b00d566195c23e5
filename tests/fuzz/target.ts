/** What became of an input. */
export interface Outcome {
  /** In a word or two: worked, or how it was refused. */
  readonly kind: string;
  /** What must not be, in a sentence. */
  readonly fault?: string | undefined;
  /** The input, to be kept with the fault. */
  readonly input?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
}

/** Something that takes foreign input; the same seed makes the same input. */
export interface FuzzTarget {
  readonly name: string;
  run(seed: number): Promise<Outcome>;
  close(): Promise<void>;
}
