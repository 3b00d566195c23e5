import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INTERACTION } from '../../../engine/files/layout.ts';
import {
  interactionDigest,
  readInteraction,
  writeInteraction,
} from '../../../engine/model/interactionFile.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const OWN = {
  projection: Float32Array.from([1, -0.5, 0.25, 2 ** -20, 0, 65504]),
  gate: Float32Array.from([-1, 0.125, 1 / 3]),
  hidden: 3,
  size: 2,
};

test('what is written is read, rounded to float16, and named by the digest of its bytes', () => {
  const dir = temporaryFolder();
  const bytes = writeInteraction(OWN);
  writeFileSync(join(dir, INTERACTION), bytes);
  const { gate, digest, ...rest } = readInteraction(dir)!;
  expect(rest).toEqual({ projection: OWN.projection, hidden: 3, size: 2 });
  expect([...gate]).toEqual([-1, 0.125, 1365 / 4096]);
  expect(digest).toBe(interactionDigest(bytes));
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  expect(writeInteraction(OWN)).toEqual(bytes);
});

test('numbers that do not fill their shapes are not written; what float16 cannot hold is not read', () => {
  expect(() => writeInteraction({ ...OWN, size: 3 })).toThrow(/"projection" cannot be written/);
  const dir = temporaryFolder();
  writeFileSync(join(dir, INTERACTION), writeInteraction({ ...OWN, gate: Float32Array.from([1e6, 0, 0]) }));
  expect(() => readInteraction(dir)).toThrow(/is broken/);
});
