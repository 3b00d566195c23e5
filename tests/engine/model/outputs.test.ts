import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import { createScorer } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createSession, floatsOf, integers } from '../../../engine/runtime/session.ts';
import { afterLogits, changedTinyModel } from '../../support/changedModel.ts';

const REQUEST = {
  texts: ['the parcel came late', 'the price is high .', ''],
  hypotheses: ['this is about shipping', 'nice colour'],
};

/** What the program answers with a model, and the shares of entailment beside contradiction that its own file gives. */
async function answers(dir: string, output: string): Promise<{ found: number[]; own: number[] }> {
  const nli = await loadNliModel(dir);
  const scorer = await createScorer(nli);
  const session = await createSession(new Uint8Array(readFileSync(join(dir, 'model.onnx'))));
  try {
    const found = (await scorer.score(REQUEST)).flatMap(({ probabilities }) => [...probabilities]);
    const own: number[] = [];
    for (const text of REQUEST.texts) {
      for (const hypothesis of REQUEST.hypotheses) {
        const { inputIds } = nli.tokenizer.encodePair(text, hypothesis, { maxLength: 48 });
        const shape = [1, inputIds.length];
        const run = await session.run({
          input_ids: integers(BigInt64Array.from(inputIds, BigInt), shape),
          attention_mask: integers(new BigInt64Array(inputIds.length).fill(1n), shape),
        });
        const [contradiction = 0, entailment = 0] = floatsOf(run[output]);
        own.push(entailment / (entailment + contradiction));
      }
    }
    return { found, own };
  } finally {
    await scorer.release();
    await session.release();
  }
}

const plain = await (async () => {
  const scorer = await createScorer(await loadNliModel(changedTinyModel(() => undefined)));
  const found = await scorer.score(REQUEST);
  await scorer.release();
  return found.flatMap(({ probabilities }) => [...probabilities]);
})();

test.each([
  ['logits', 'a softmax, though its output is called logits'],
  ['probabilities', 'a softmax called so'],
  ['output_0', 'a softmax and what passes it on'],
])('a file whose output %s is probabilities is read by what they are made of (%s)', async (output, what) => {
  const dir = changedTinyModel((model) => {
    afterLogits(model, (b, logits) => {
      const shares = b.emit('Softmax', [logits], { axis: 1 });
      return what.includes('passes') ? b.emit('Identity', [shares]) : shares;
    });
    model.graph.nodes.at(-1)!.outputs = [output];
    model.graph.outputs = [{ ...model.graph.outputs[0]!, name: output }];
  });
  const { found, own } = await answers(dir, output);
  for (const [i, p] of found.entries()) {
    expect(p).toBeCloseTo(own[i]!, 5);
    expect(p).toBeCloseTo(plain[i]!, 5);
  }
  expect((await loadNliModel(dir)).prepared.logits).toBe('logits');
});

test('an output of another name gives the same, and other outputs are not looked at', async () => {
  const dir = changedTinyModel((model) => {
    const b = new GraphBuilder(model.graph, 'changed');
    const twice = b.scale('logits', 2);
    model.graph.outputs = ['logits', twice].map((name) => ({ ...model.graph.outputs[0]!, name }));
  });
  const scorer = await createScorer(await loadNliModel(dir));
  const found = await scorer.score(REQUEST);
  await scorer.release();
  expect(found.flatMap(({ probabilities }) => [...probabilities])).toEqual(plain);
});

test('probabilities by other operators, and one of its own for each class, are refused in a sentence', async () => {
  const byHand = changedTinyModel((model) =>
    afterLogits(model, (b, logits) => {
      const powers = b.exp(logits);
      return b.div(powers, b.sum(powers, [1], 1));
    }),
  );
  await expect(loadNliModel(byHand)).rejects.toMatchObject({
    code: 'not_a_classifier',
    message: expect.stringMatching(/its file gives probabilities where logits are needed\.$/),
  });
  const apart = changedTinyModel((model) => afterLogits(model, (b, logits) => b.emit('Sigmoid', [logits])));
  await expect(loadNliModel(apart)).rejects.toMatchObject({
    code: 'not_a_classifier',
    message: expect.stringContaining('ends in a Sigmoid'),
  });
});
