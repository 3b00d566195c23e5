import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepFirstToken } from '../../../engine/graph/fuse/firstToken.ts';
import { foldReshapes } from '../../../engine/graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../../../engine/graph/graph.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';

const embedded = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');

test('a model that reads the first token computes its end for that token alone, with the same logits', async () => {
  const { prepared } = await loadNliModel(embedded);
  const shapes = new Map(prepared.shapes);
  const narrow = cloneModel(prepared.model);
  foldReshapes(narrow.graph, shapes);
  keepFirstToken(narrow.graph, shapes);
  const changed = narrow.graph.nodes.filter(({ outputs: [y] }) => {
    const before = prepared.shapes.get(y!)?.dims;
    return before?.some(([a, b], axis) => a !== b && shapes.get(y!)!.dims[axis]![0] === 1);
  });
  // Query, scores, context, output, and the two of the feed-forward part: of the last layer only.
  expect(changed.filter(({ op }) => op === 'MatMul')).toHaveLength(6);
  const shape = [3, 6] as const;
  const batch = {
    inputIds: BigInt64Array.from({ length: 18 }, (_, i) => BigInt(1 + (i % 9))),
    attentionMask: BigInt64Array.from({ length: 18 }, (_, i) => (i % 6 < 4 ? 1n : 0n)),
    tokenTypeIds: new BigInt64Array(18),
    shape,
  };
  const logitsOf = async (model: Model) => {
    const session = await createSession(model);
    const outputs = await session.run(batchFeeds(batch, session.inputNames));
    await session.release();
    return floatsOf(outputs[prepared.logits]);
  };
  const whole = await logitsOf(prepared.model);
  const found = await logitsOf(narrow);
  expect(found.length).toBe(whole.length);
  for (const [i, logit] of found.entries()) expect(logit).toBeCloseTo(whole[i]!, 5);
});
