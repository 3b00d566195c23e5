import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { readModel } from '../../../engine/onnx/read.ts';
import { writeModel } from '../../../engine/onnx/write.ts';
import { createEngine } from '../../../engine/process/client.ts';
import { createRandom } from '../../../engine/random.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

function tinyFolder(change?: (model: Model) => void): string {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  if (change) {
    const path = join(dir, 'model.onnx');
    const model = readModel(path);
    change(model);
    writeFileSync(path, writeModel(model));
  }
  return dir;
}

test('42: models with changed bytes are refused or work, and never take the app along', async () => {
  const dir = tinyFolder();
  const path = join(dir, 'model.onnx');
  const bytes = readFileSync(path);
  const random = createRandom(42);
  const engine = createEngine();
  onTestFinished(() => engine.close());
  let refused = 0;
  for (let i = 0; i < 120; i++) {
    const changed = Buffer.from(bytes);
    for (let n = 0; n <= random.integer(3); n++)
      changed[random.integer(changed.length)] = random.integer(256);
    writeFileSync(path, changed);
    const started = performance.now();
    await engine.describe({ dir: `${dir}/${'./'.repeat(i % 7)}` }).catch((error: unknown) => {
      refused += 1;
      expect(error).toBeInstanceOf(EngineError);
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  }
  expect(refused).toBeGreaterThan(10);
}, 180_000);

test.each([
  ['dims whose product overflows', [2 ** 30, 2 ** 30, 2 ** 10]],
  ['a negative dimension', [-3, 16]],
  ['dims that are not the data', [17, 16]],
])('44: a tensor with %s is refused', async (_, dims) => {
  const dir = tinyFolder((model) => {
    const { initializers } = model.graph;
    initializers.set('encoder.query.weight', { ...initializers.get('encoder.query.weight')!, dims });
  });
  await expect(loadNliModel(dir)).rejects.toBeInstanceOf(EngineError);
});

test.each<[string, (model: Model) => void]>([
  [
    'an opset of the future',
    (model) => {
      model.opset = 99;
    },
  ],
  [
    'a cycle',
    ({ graph }) => {
      graph.nodes[1]!.inputs[0] = graph.nodes.at(-1)!.outputs[0]!;
    },
  ],
  [
    'an input that nobody gives',
    ({ graph }) => {
      graph.nodes[1]!.inputs[0] = 'nowhere';
    },
  ],
  [
    'an unknown operator',
    ({ graph }) => {
      graph.nodes[2]!.op = 'Frobnicate';
    },
  ],
  [
    'an unknown domain',
    ({ graph }) => {
      graph.nodes[2]!.domain = 'evil.example';
    },
  ],
])('45: a graph with %s is refused', async (_, change) => {
  // As in use, where no specification is looked at.
  vi.stubEnv('ENTAIL_CHECK_GRAPHS', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(loadNliModel(tinyFolder(change))).rejects.toBeInstanceOf(EngineError);
});

test('47: an operator without a gradient rule is named, with its node and the model', async () => {
  const dir = tinyFolder((model) => {
    const tanh = model.graph.nodes.find(({ op }) => op === 'Tanh')!;
    tanh.op = 'Sinh';
    tanh.name = '/encoder/odd';
  });
  const model = await loadNliModel(dir);
  const examples = [
    { premise: 'late', hypothesis: 'this', target: 'entailment' as const },
    { premise: 'price', hypothesis: 'this', target: 'contradiction' as const },
  ];
  const training = fineTune(model, { examples, options: trainingOptions({ method: 'full', maxSteps: 1 }) });
  await expect(training).rejects.toThrow(/Sinh.*\/encoder\/odd|\/encoder\/odd.*Sinh/);
});

test('a graph that is no classifier is told from one', async () => {
  const dir = tinyFolder((model) => {
    const b = new GraphBuilder(model.graph, 'more');
    const name = b.emit('Unsqueeze', ['logits', b.ints([0])]);
    model.graph.outputs = [{ name, dtype: 'float32', dims: [1, 'batch', 3] }];
  });
  await expect(loadNliModel(dir)).rejects.toThrow('not a sequence classifier');
});
