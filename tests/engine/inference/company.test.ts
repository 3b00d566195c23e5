import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';
import { createTextEmbedder } from '../../../engine/inference/embed.ts';
import { createExplainer } from '../../../engine/inference/explain.ts';
import { createScorer } from '../../../engine/inference/score.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { labelProbabilities } from '../../../engine/nli/probability.ts';
import { batchFeeds } from '../../../engine/runtime/feeds.ts';
import { createSession, floatsOf } from '../../../engine/runtime/session.ts';
import { collate } from '../../../engine/text/batches.ts';
import { changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const TEXTS = ['the parcel came late', 'this price is high', 'late late late late', '. . . .', 'nice', ''];
const HYPOTHESES = ['this is about shipping', 'the colour is nice'];

/** Puts operators before the norm; `make` gets what the norm reads. */
function beforeNorm(model: Model, make: (b: GraphBuilder, value: string) => string): void {
  const { graph } = model;
  const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'changed');
  norm.inputs[0] = make(b, norm.inputs[0]!);
  const at = graph.nodes.indexOf(norm);
  graph.nodes = [...graph.nodes.slice(0, at), ...b.graph.nodes, ...graph.nodes.slice(at)];
}

/** Rounds by the largest value of the batch, as files with 8-bit weights do. */
const roundsByBatch = (model: Model) =>
  beforeNorm(model, (b, value) => {
    const large = b.mul(value, b.mul(value, b.mul(value, b.scalar(30))));
    return b.emit('DequantizeLinear', b.emitAll('DynamicQuantizeLinear', [large], 3));
  });

const load = (change: (model: Model) => void): Promise<NliModel> =>
  loadNliModel(changedTinyModel(change), { verdicts: createVerdicts(temporaryFolder()) });

/** What the file gives for each pair by itself. */
async function plain({ folder, tokenizer, classes }: NliModel): Promise<number[][]> {
  const session = await createSession(new Uint8Array(readFileSync(join(folder.dir, 'model.onnx'))));
  const rows: number[][] = [];
  for (const text of TEXTS) {
    const row: number[] = [];
    for (const hypothesis of HYPOTHESES) {
      const pair = tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength });
      const run = await session.run(batchFeeds(collate([pair], tokenizer.padId), session.inputNames));
      row.push(labelProbabilities(floatsOf(run.logits), classes)[0]!);
    }
    rows.push(row);
  }
  await session.release();
  return rows;
}

test('a pair is answered alike in whatever company it comes, by a file that rounds by batches too', async () => {
  for (const change of [roundsByBatch, () => undefined]) {
    const nli = await load(change);
    expect(nli.prepared.alone).toBe(change === roundsByBatch);
    const scorer = await createScorer(nli);
    const found = await scorer.score({ texts: TEXTS, hypotheses: HYPOTHESES });
    await scorer.release();
    const wanted = await plain(nli);
    found.forEach(({ probabilities }, text) => {
      probabilities.forEach((p, label) => {
        expect(p).toBeCloseTo(wanted[text]![label]!, 5);
      });
    });
  }
});

test('what is made of a graph that rounds is held to the same nearness, where that can be', async () => {
  const rounds = await load((model) =>
    beforeNorm(model, (b, value) => {
      const scale = b.scalar(0.02);
      const zero = b.constant({ dtype: 'uint8', dims: [], bytes: Uint8Array.of(128) });
      const integers = b.emit('QuantizeLinear', [value, scale, zero]);
      return b.emit('DequantizeLinear', [integers, scale, zero]);
    }),
  );
  expect(rounds.reference.tolerance).toBe(1e-4);
});

/** Each token sees its neighbours, padding among them. */
const convolves = (model: Model) =>
  beforeNorm(model, (b, value) => {
    const kernel = b.constant(
      floatTensor(
        Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)),
        [16, 1, 3],
      ),
    );
    const channels = b.transpose(value, [0, 2, 1]);
    return b.transpose(b.emit('Conv', [channels, kernel], { group: 16, pads: [1, 1] }), [0, 2, 1]);
  });

/** The same answers, fed nothing but token ids. */
function withoutMask({ graph }: Model): void {
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'mask');
  const shape = b.shape('input_ids');
  const ones = b.expand(
    b.constant({ dtype: 'int64', dims: [], bytes: new Uint8Array(BigInt64Array.of(1n).buffer) }),
    shape,
  );
  for (const node of graph.nodes)
    node.inputs = node.inputs.map((name) => (name === 'attention_mask' ? ones : name));
  graph.nodes = [...b.graph.nodes, ...graph.nodes];
  graph.inputs = graph.inputs.filter(({ name }) => name !== 'attention_mask');
}

test.each([
  ['that reads padding', convolves],
  ['that is fed no mask', withoutMask],
])('a text of a model %s has the same embedding alone and in company', async (_, change) => {
  const nli = await load(change);
  const embedder = await createTextEmbedder(await nli.encoder());
  const together = await embedder.embed(TEXTS);
  for (const [i, text] of TEXTS.entries()) {
    const [alone] = await embedder.embed([text]);
    together[i]!.forEach((x, k) => {
      expect(x).toBeCloseTo(alone![k]!, 5);
    });
  }
  await embedder.release();
});

test('a graph whose hidden states are not [batch, tokens, size] has no embedding, and says so', async () => {
  const nli = await load((model) => {
    const { graph } = model;
    const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
    const b = new GraphBuilder({ ...graph, nodes: [] }, 'turned');
    const turned = b.transpose(norm.inputs[0]!, [1, 0, 2]);
    const before = b.graph.nodes.splice(0);
    b.transpose('norm/turned', [1, 0, 2]);
    const after = b.graph.nodes.splice(0);
    after[0]!.outputs = [...norm.outputs];
    norm.inputs[0] = turned;
    norm.outputs = ['norm/turned'];
    const at = graph.nodes.indexOf(norm);
    graph.nodes = [...graph.nodes.slice(0, at), ...before, norm, ...after, ...graph.nodes.slice(at + 1)];
  });
  await expect(createTextEmbedder(await nli.encoder())).rejects.toMatchObject({ code: 'no_hidden_state' });
});

test('a table of words in 8 bits is told in a sentence when a suggestion is to be explained', async () => {
  const nli = await load(({ graph }) => {
    const gather = graph.nodes.find(({ op }) => op === 'Gather')!;
    const b = new GraphBuilder({ ...graph, nodes: [] }, 'words');
    const bytes = Uint8Array.from({ length: 18 * 16 }, (_, i) => (i * 37) % 256);
    const table = b.constant({ dtype: 'uint8', dims: [18, 16], bytes });
    const rows = b.emit('Gather', [table, 'input_ids']);
    const zero = b.constant({ dtype: 'uint8', dims: [], bytes: Uint8Array.of(128) });
    b.emitAs(gather.outputs, 'DequantizeLinear', [rows, b.scalar(0.01), zero]);
    graph.nodes = [...b.graph.nodes, ...graph.nodes.filter((node) => node !== gather)];
  });
  await expect(createExplainer(nli)).rejects.toMatchObject({ code: 'no_word_embeddings' });
});
