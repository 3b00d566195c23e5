import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import type { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Draft, Rewrite } from '../../../engine/graph/rewrite.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';
import { checkedModel, unpaddedRewrites } from '../../../engine/inference/inferenceModel.ts';
import { createScorer } from '../../../engine/inference/score.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { labelProbabilities } from '../../../engine/nli/probability.ts';
import { createSession, floatsOf, integers } from '../../../engine/runtime/session.ts';
import { afterLogits, changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const EMBEDDED = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const usual = [
  'constant targets of reshapes',
  'no masks',
  'last layer for the first token alone',
  'attention in one operator',
  'projections of a single query absorbed',
];

/** Changes no answer of a short pair: it lowers what a graph makes of pairs of more than `tokens`. */
const wrongForLongPairs = (tokens: number): Rewrite => ({
  name: 'wrong on purpose',
  version: 1,
  apply: ({ model }: Draft) =>
    afterLogits(model, (b, logits) => {
      const length = b.emit('Cast', [b.dim('input_ids', 1)], { to: 1 });
      const beyond = b.emit('Relu', [b.sub(length, b.scalar(tokens))]);
      const first = b.constant(floatTensor([1, 0, 0], [3]));
      return b.sub(logits, b.mul(b.scale(beyond, 0.01), first));
    }),
});

test('a wrong rewrite is left out, the others are kept, and the verdict is remembered', async () => {
  const verdicts = createVerdicts(temporaryFolder());
  const nli = await loadNliModel(EMBEDDED, { verdicts });
  const own = unpaddedRewrites(nli.prepared);
  const rewrites = [...own.slice(0, 2), wrongForLongPairs(nli.folder.maxLength - 40), ...own.slice(2)];
  let applied = 0;
  const counting = rewrites.map((rewrite) => ({
    ...rewrite,
    apply: (draft: Draft) => {
      applied += 1;
      return rewrite.apply(draft);
    },
  }));
  const weights = nli.prepared.model;
  const first = await checkedModel(nli, weights, { rewrites: counting, verdicts });
  expect(first.verdict.kept).toEqual(usual);
  expect(first.verdict.leftOut).toEqual([
    {
      name: 'wrong on purpose',
      why: expect.stringMatching(`^off by .* for 1 pair of ${nli.folder.maxLength} tokens$`),
    },
  ]);
  applied = 0;
  const again = await checkedModel(nli, weights, { rewrites: counting, verdicts });
  expect(applied).toBe(usual.length);
  expect(again.verdict).toMatchObject(first.verdict);
  expect(again.model.graph.nodes.length).toBe(first.model.graph.nodes.length);
}, 180_000);

test('a rewrite that throws or breaks the graph is left out too', async () => {
  // In tests a graph that is not legal is never left out in silence; in use it is.
  vi.stubEnv('ENTAIL_CHECK_GRAPHS', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const verdicts = createVerdicts(temporaryFolder());
  const nli = await loadNliModel(
    changedTinyModel(() => undefined),
    { verdicts },
  );
  const throws: Rewrite = {
    name: 'throws',
    version: 1,
    apply: () => {
      throw new Error('not this graph');
    },
  };
  const breaks: Rewrite = {
    name: 'breaks',
    version: 1,
    apply: ({ model }) => {
      model.graph.nodes.at(-1)!.inputs[0] = 'nothing makes this';
    },
  };
  const rewrites = [throws, ...unpaddedRewrites(nli.prepared), breaks];
  const { verdict } = await checkedModel(nli, nli.prepared.model, { rewrites, verdicts });
  expect(verdict.kept).toEqual(usual);
  expect(verdict.leftOut.map(({ name }) => name)).toEqual(['throws', 'breaks']);
});

/** Probabilities of one text by the model's file as it is, run without Entail. */
async function plainProbabilities(nli: NliModel, text: string, hypothesis: string): Promise<number> {
  const session = await createSession(new Uint8Array(readFileSync(nli.folder.onnxPath)));
  const { inputIds } = nli.tokenizer.encodePair(text, hypothesis, { maxLength: nli.folder.maxLength });
  const shape = [1, inputIds.length];
  const outputs = await session.run({
    input_ids: integers(BigInt64Array.from(inputIds, BigInt), shape),
    attention_mask: integers(new BigInt64Array(inputIds.length).fill(1n), shape),
  });
  await session.release();
  return labelProbabilities(floatsOf(outputs.logits), nli.classes)[0]!;
}

test('what is the same in every short pair and another thing in a long one stays computed', async () => {
  // A scale that grows with the length from 20 tokens on, and one that is 0 below.
  const dir = changedTinyModel((model) =>
    afterLogits(model, (b: GraphBuilder, logits) => {
      const mask = b.emit('Cast', ['attention_mask'], { to: 1 });
      const tokens = b.sum(mask, [1], 1);
      const beyond = b.emit('Relu', [b.sub(tokens, b.scalar(20))]);
      return b.mul(logits, b.add(b.scalar(1), b.scale(beyond, 0.2)));
    }),
  );
  const nli = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  const texts = ['the parcel came late', 'the price is high and '.repeat(7).trim()];
  const hypothesis = 'this is about shipping .';
  const scorer = await createScorer(nli);
  const scores = await scorer.score({ texts, hypotheses: [hypothesis] });
  await scorer.release();
  for (const [i, text] of texts.entries()) {
    expect(nli.tokenizer.encodePremiseIds(text).length).toBeLessThan(40);
    const own = await plainProbabilities(nli, text, hypothesis);
    expect(Math.abs(scores[i]!.probabilities[0]! - own)).toBeLessThan(1e-5);
  }
});
