import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInt8Cache } from '../../../engine/inference/int8Cache.ts';
import { answersAlike } from '../../../engine/inference/precision.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const verdict = { largestDifference: 0.01, meanDifference: 0.001, floatMs: 20, quantizedMs: 8 };
const bytes = (text: string) => new TextEncoder().encode(text);

test('an 8-bit model is found again by the hash of the float32 one, and so is the verdict against it', async () => {
  const cache = createInt8Cache({ dir: join(temporaryFolder(), 'int8'), processor: 'p' });
  const [good, bad] = [cache.keyOf(bytes('weights')), cache.keyOf(bytes('other weights'))];
  expect(good).not.toBe(bad);
  expect(await cache.find(good)).toBeUndefined();
  await cache.keep(good, { test: verdict, model: bytes('small') });
  await cache.keep(bad, { test: verdict, model: undefined });
  expect(Buffer.from((await cache.find(good))!.model!).toString()).toBe('small');
  expect(await cache.find(bad)).toEqual({ model: undefined });
});

test('what another processor found, and a file that was changed or is broken, count for nothing', async () => {
  const dir = temporaryFolder();
  const cache = createInt8Cache({ dir, processor: 'p' });
  await cache.keep('a', { test: verdict, model: bytes('small') });
  await cache.keep('b', { test: verdict, model: bytes('small') });
  expect(await createInt8Cache({ dir, processor: 'q' }).find('a')).toBeUndefined();
  writeFileSync(join(dir, 'a.onnx'), 'tampered');
  writeFileSync(join(dir, 'b.json'), '{"version":');
  expect(await cache.find('a')).toBeUndefined();
  expect(await cache.find('b')).toBeUndefined();
});

test('only the newest four models are kept, and a folder that cannot be made is no failure', async () => {
  const dir = temporaryFolder();
  const cache = createInt8Cache({ dir, processor: 'p' });
  for (const [age, name] of ['f', 'e', 'd', 'c', 'b', 'a'].entries()) {
    await cache.keep(name, { test: verdict, model: bytes(name) });
    const at = new Date(2026, 0, 1 + age);
    const path = join(dir, `${name}.onnx`);
    if (readdirSync(dir).includes(`${name}.onnx`)) utimesSync(path, at, at);
  }
  expect(readdirSync(dir).filter((name) => name.endsWith('.onnx'))).toHaveLength(4);
  writeFileSync(join(dir, 'file'), '');
  const nowhere = createInt8Cache({ dir: join(dir, 'file', 'int8'), processor: 'p' });
  await nowhere.keep('a', { test: verdict, model: bytes('a') });
  expect(await nowhere.find('a')).toBeUndefined();
});

test('8 bits that are a little off everywhere are not used, however near the tried pairs are at most', () => {
  expect(answersAlike({ largestDifference: 0.03, meanDifference: 0.008 })).toBe(true);
  expect(answersAlike({ largestDifference: 0.03, meanDifference: 0.02 })).toBe(false);
  expect(answersAlike({ largestDifference: 0.075, meanDifference: 0.001 })).toBe(false);
});
