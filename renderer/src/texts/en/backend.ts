/** A sentence of the backend in another language: `when` finds it, its groups go into `say`. */
export interface Wording {
  readonly when: RegExp;
  readonly say: (...parts: string[]) => string;
}

/**
 * What the backend tells in sentences of its own (what a format loses, what a device can do, what was undone), where a
 * language has it in other words: whole sentences, and patterns for those with names or numbers in them.
 */
export const backend: {
  readonly sentences: Readonly<Record<string, string>>;
  readonly patterns: readonly Wording[];
} = { sentences: {}, patterns: [] };
