import type { Engine } from '../../engine/index.ts';

/** The engine, counting the pairs of text and sentence that it is asked. */
export function countingPairs(engine: Engine): { readonly engine: Engine; pairs(): number } {
  let pairs = 0;
  const counted: Engine = {
    ...engine,
    openScorer: async (...request) => {
      const scorer = await engine.openScorer(...request);
      return {
        ...scorer,
        score: (texts, hypotheses, how) => {
          pairs += how?.asked
            ? how.asked.filter((one) => one === 1).length
            : texts.length * hypotheses.length;
          return scorer.score(texts, hypotheses, how);
        },
      };
    },
  };
  return { engine: counted, pairs: () => pairs };
}
