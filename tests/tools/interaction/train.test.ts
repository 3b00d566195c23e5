import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { ENCODER, INTERACTION } from '../../../engine/files/layout.ts';
import { createEmbedder, encodeText } from '../../../engine/inference/embedding.ts';
import {
  interactionDigest,
  readInteraction,
  writeInteraction,
} from '../../../engine/model/interactionFile.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import type { Encoder } from '../../../engine/model/textModel.ts';
import { createRandom } from '../../../engine/random.ts';
import { createGroups } from '../../../tools/nli/interaction/groups.ts';
import type { InteractionRecipe } from '../../../tools/nli/interaction/recipe.ts';
import { type ReadSet, readSets } from '../../../tools/nli/interaction/sets.ts';
import { createStateReader } from '../../../tools/nli/interaction/states.ts';
import { identity, trainInteraction } from '../../../tools/nli/interaction/train.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { ENCODER_HIDDEN } from '../../support/tinyModel.ts';
import { TINY, writeTinyData, writeTinyFolder } from './material.ts';

let encoder: Encoder;
let sets: readonly ReadSet[];

beforeAll(async () => {
  encoder = await (await loadNliModel(writeTinyFolder())).encoder();
  sets = await read(TINY);
});

async function read(recipe: InteractionRecipe): Promise<ReadSet[]> {
  const reader = await createStateReader(encoder, recipe.maxLength);
  const result = await readSets(recipe, { data: writeTinyData(), reader, random: createRandom(recipe.seed) });
  await reader.release();
  return result;
}

async function train(changes: Partial<InteractionRecipe> = {}) {
  const losses: number[] = [];
  const recipe = { ...TINY, ...changes };
  const trained = await trainInteraction(sets, recipe, {
    hidden: ENCODER_HIDDEN,
    random: createRandom(recipe.seed),
    onStep: (_, loss) => losses.push(loss),
  });
  return { trained, losses, bytes: writeInteraction(trained) };
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

test('the loss falls; the same seed gives the same bytes, another seed others', async () => {
  const one = await train();
  expect(one.losses).toHaveLength(TINY.steps);
  expect(mean(one.losses.slice(-20))).toBeLessThan(0.95 * mean(one.losses.slice(0, 20)));
  expect((await train()).bytes).toEqual(one.bytes);
  expect((await train({ seed: 2 })).bytes).not.toEqual(one.bytes);
});

test('what was trained is read as it was, but for float16', async () => {
  const { trained, bytes } = await train();
  const dir = temporaryFolder();
  writeFileSync(join(dir, INTERACTION), bytes);
  const found = readInteraction(dir);
  expect(found).toMatchObject({
    hidden: ENCODER_HIDDEN,
    size: ENCODER_HIDDEN,
    digest: interactionDigest(bytes),
  });
  for (const name of ['projection', 'gate'] as const) {
    const values = found![name];
    expect(values).toHaveLength(trained[name].length);
    for (const [i, x] of trained[name].entries())
      expect(Math.abs(values[i]! - x)).toBeLessThan(1e-6 + 5e-4 * Math.abs(x));
  }
});

test('the projection is moved back towards the identity, the gate is not', async () => {
  const moved = (projection: Float32Array) => projection.map((x, i) => x - identity(ENCODER_HIDDEN)[i]!);
  const [none, half, all] = await Promise.all([0, 0.5, 1].map((back) => train({ back })));
  const whole = moved(none!.trained.projection);
  expect(Math.hypot(...whole)).toBeGreaterThan(0.1);
  for (const [i, x] of moved(half!.trained.projection).entries()) expect(x).toBeCloseTo(whole[i]! / 2, 5);
  expect(all!.trained.projection).toEqual(identity(ENCODER_HIDDEN));
  expect(all!.trained.gate).toEqual(none!.trained.gate);
  expect(Math.hypot(...none!.trained.gate)).toBeGreaterThan(0.1);
});

test('a stronger pull keeps the projection nearer to the identity', async () => {
  const distance = async (pull: number) => {
    const { trained } = await train({ pull });
    return Math.hypot(...trained.projection.map((x, i) => x - identity(ENCODER_HIDDEN)[i]!));
  };
  expect(await distance(1)).toBeLessThan(0.5 * (await distance(0)));
});

test('hidden states and embeddings are those that suggesting compares', async () => {
  const reader = await createStateReader(encoder, TINY.maxLength);
  const texts = ['the parcel came late', '', 'high price .'];
  const states = await reader.read(texts);
  await reader.release();
  const interaction = {
    projection: identity(ENCODER_HIDDEN),
    gate: new Float32Array(ENCODER_HIDDEN),
    hidden: ENCODER_HIDDEN,
    size: ENCODER_HIDDEN,
    digest: '',
  };
  const embedder = await createEmbedder(encoder.prepared, encoder.tokenizer.padId, { interaction });
  for (const [i, text] of texts.entries()) {
    const { tokens, embedding } = states[i]!;
    const { vectors, embeddings, shape } = await embedder.embedTokens([
      encodeText(encoder.tokenizer, text, 32),
    ]);
    const [from, to] = shape[1] > 2 ? [1, shape[1] - 1] : [0, 2];
    expect(tokens).toHaveLength((to - from) * ENCODER_HIDDEN);
    const inner = vectors.subarray(from * ENCODER_HIDDEN, to * ENCODER_HIDDEN);
    for (const [at, x] of inner.entries()) {
      const start = at - (at % ENCODER_HIDDEN);
      expect(tokens[at]! / Math.hypot(...tokens.subarray(start, start + ENCODER_HIDDEN))).toBeCloseTo(x, 5);
    }
    for (const [at, x] of embeddings[0]!.entries()) expect(embedding[at]).toBeCloseTo(x, 5);
  }
  await embedder.release();
});

test('of a set some texts are drawn, of one with many labels others; shares count by their root', async () => {
  const [set] = sets;
  expect(set).toMatchObject({ name: 'text/orders', share: 2 });
  expect(set!.texts).toHaveLength(12);
  // Files are sorted by label: the first twelve would have no text of the last.
  expect(new Set(set!.texts.flatMap(({ labels }) => labels)).size).toBe(3);
  expect(set!.labels.map((kinds) => kinds.length)).toEqual([3, 3, 3]);
  const [, price] = set!.labels;
  expect(price![1]!.tokens, 'a label without a description is named twice').toEqual(price![0]!.tokens);
  const [cut] = await read({ ...TINY, maxLength: 4 });
  for (const { tokens } of cut!.texts) expect(tokens.length).toBeLessThanOrEqual(2 * ENCODER_HIDDEN);
});

test('a step has labels of a set in one choice of wordings, texts of theirs and some others, the same each time', () => {
  const groups = (seed = 1) => createGroups(sets, TINY, createRandom(seed));
  const [one, again] = [groups(), groups()];
  const later = one(7);
  expect(one(3)).not.toEqual(later);
  expect(again(7)).toEqual(later);
  expect(groups(2)(7)).not.toEqual(later);
  const seen = new Set<number>();
  for (let step = 0; step < 60; step++) {
    const { texts, labels, wordings } = one(step);
    expect([2, 3]).toContain(labels.length);
    expect(new Set(labels).size).toBe(labels.length);
    for (const text of texts.slice(0, -TINY.texts.others))
      expect(text.labels.some((label) => labels.includes(label))).toBe(true);
    const kinds = new Set(wordings.map(({ length }) => length));
    expect(kinds.size).toBe(1);
    for (const [i, own] of wordings.entries())
      for (const kind of own) expect(sets[0]!.labels[labels[i]!]).toContain(kind);
    for (const kind of kinds) seen.add(kind);
  }
  expect([...seen].sort()).toEqual([1, 3]);
});

const TOOL = join(import.meta.dirname, '../../../tools/train-interaction.ts');
const tool = (...options: readonly string[]) => promisify(execFile)(process.execPath, [TOOL, ...options]);

function written(changes: object = {}): string {
  const path = join(temporaryFolder(), 'recipe.json');
  writeFileSync(path, JSON.stringify({ ...TINY, ...changes }));
  return path;
}

test('the tool writes beside the encoder what it says', async () => {
  const dir = writeTinyFolder();
  const { stdout, stderr } = await tool(
    '--model',
    dir,
    '--recipe',
    written(),
    '--data',
    writeTinyData(),
    '--steps',
    '3',
  );
  const bytes = readFileSync(join(dir, ENCODER, INTERACTION));
  expect(JSON.parse(stdout)).toMatchObject({ recipe: 'tiny', steps: 3, digest: interactionDigest(bytes) });
  expect(stderr).toMatch(/step 3\/3 loss \d/);
  expect(readInteraction(join(dir, ENCODER))).not.toBeNull();
});

test('the tool says in a sentence what is wrong', async () => {
  const refused = (dir: string, recipe: string) =>
    tool('--model', dir, '--recipe', recipe, '--data', writeTinyData()).then(
      () => 'done',
      ({ stderr }: { stderr: string }) => stderr,
    );
  const without = await refused(writeTinyFolder({ encoder: false }), written());
  expect(without).toMatch(/^.+ has no encoder in embedding\/, whose tokens could be compared\.\n$/);
  expect(await refused(writeTinyFolder(), written({ shaer: 0.5 }))).toMatch(/^.+recipe\.json, field .+\.\n$/);
});
