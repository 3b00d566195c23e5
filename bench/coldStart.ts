import { createEngine } from '../engine/index.ts';

export interface ColdStart {
  /** From nothing to the first suggestion: process, model, session. */
  readonly firstSuggestionMs: number;
  readonly secondSuggestionMs: number;
}

/** Starts an engine process and scores one text with one label, twice. */
export async function coldStart(model: string): Promise<ColdStart> {
  const engine = createEngine();
  try {
    const started = performance.now();
    const scorer = await engine.openScorer({ dir: model, device: 'cpu', precision: 'auto' });
    const ask = () => scorer.score(['The parcel came two weeks late.'], ['This text is about delivery.']);
    await ask();
    const first = performance.now();
    await ask();
    return { firstSuggestionMs: first - started, secondSuggestionMs: performance.now() - first };
  } finally {
    await engine.close();
  }
}
