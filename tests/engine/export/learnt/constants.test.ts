import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  CONSTANTS,
  constantsAsText,
  type LearntFile,
  readConstants,
} from '../../../../engine/export/learnt/constants.ts';
import { FUSION_WEIGHTS } from '../../../support/fusionWeights.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyEncoder } from '../../../support/tinyModel.ts';

const FILE: LearntFile = {
  labels: [
    { name: 'late', description: 'Too late.', hypotheses: ['It is late.', 'It came late.'], threshold: 0.31 },
    { name: '__proto__', hypotheses: ['It is dear.'], threshold: 1 / 3 },
  ],
  heads: {
    space: { mean: Float32Array.of(0.1, -1e-9, 3) },
    labels: [
      {
        suggested: 1.25,
        entailed: -0.1,
        constant: 1 / 7,
        ofEmbedded: 0,
        embedding: Float32Array.of(1 / 3, -2.5e-7, 0),
      },
      { suggested: 1, entailed: 0, constant: 0.2, ofEmbedded: 0, embedding: null },
    ],
  },
  combination: FUSION_WEIGHTS,
  priors: { documents: [48, 48], odds: [-1.5, 0.25], cosine: [0.1, 0.2] },
  run: { head: 0.75, run: 0.3, constant: -0.01 },
  tuned: true,
  layers: { 'encoder.query': { weight: 'onnx::MatMul_12', transposed: false } },
  encoderLayers: { 'encoder.query': { weight: 'onnx::MatMul_12', transposed: false } },
  encoder: false,
};

function folderWith(text: string): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'learnt'));
  writeFileSync(join(dir, CONSTANTS), text);
  return dir;
}

const changed = (change: (file: Record<string, unknown>) => object): string => {
  const file = JSON.parse(constantsAsText(FILE)) as Record<string, unknown>;
  return folderWith(JSON.stringify(change(file)));
};

test('what is written is read as it was, to the last bit of each weight', () => {
  expect(readConstants(folderWith(constantsAsText(FILE)))).toEqual(FILE);
  expect(readConstants(temporaryFolder())).toBeNull();
});

test('what rests on an encoder beside the model is read with it alone, and says its layers', () => {
  const withEncoder: LearntFile = {
    ...FILE,
    encoder: true,
    encoderLayers: { 'encoder.query': { weight: 'onnx::MatMul_3', transposed: true } },
  };
  const dir = folderWith(constantsAsText(withEncoder));
  expect(() => readConstants(dir)).toThrow(expect.objectContaining({ code: 'encoder_missing' }));
  writeTinyEncoder(dir);
  expect(readConstants(dir)).toEqual(withEncoder);
  const without = folderWith(constantsAsText(FILE));
  writeTinyEncoder(without);
  expect(() => readConstants(without)).toThrow(expect.objectContaining({ code: 'encoder_missing' }));
});

test('heads that do not ask for embeddings, of a model that is read by entailment alone and was not trained', () => {
  const plain: LearntFile = {
    labels: FILE.labels,
    heads: {
      space: { mean: new Float32Array(1) },
      labels: FILE.heads.labels.map((head) => ({ ...head, embedding: new Float32Array(1) })),
    },
    run: null,
    tuned: false,
    layers: {},
    encoderLayers: {},
    encoder: false,
  };
  expect(readConstants(folderWith(constantsAsText(plain)))).toEqual({
    ...plain,
    heads: {
      space: { mean: new Float32Array(0) },
      labels: FILE.heads.labels.map((head) => ({ ...head, embedding: null })),
    },
  });
});

test('another version is refused as that, what is broken with the field that is', () => {
  const refused = (dir: string, code: string, message: RegExp) =>
    expect(() => readConstants(dir)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  refused(
    changed((file) => ({ ...file, version: 9 })),
    'learnt_version',
    /learnt\.json is of another version/,
  );
  refused(folderWith('{'), 'learnt_invalid', /it is no JSON/);
  refused(
    changed(({ tuned: _, ...file }) => file),
    'learnt_invalid',
    /"tuned" is missing/,
  );
  refused(
    changed((file) => ({ ...file, mean: [0.5] })),
    'learnt_invalid',
    /another length than the mean/,
  );
  refused(
    changed((file) => ({ ...file, priors: null })),
    'learnt_invalid',
    /what is usual for the labels is missing/,
  );
  refused(
    changed((file) => ({ ...file, priors: { documents: [1], odds: [1], cosine: [1] } })),
    'learnt_invalid',
    /another number of labels/,
  );
});

const ofFirst = (file: Record<string, unknown>, change: object): object => {
  const [first, ...others] = file.labels as object[];
  return { ...file, labels: [{ ...first, ...change }, ...others] };
};
const head = { suggested: 1, entailed: 0, constant: 0, embedding: null };

test.each<[what: string, change: (file: Record<string, unknown>) => object, message: RegExp]>([
  ['a weight that is none', (file) => ofFirst(file, { head: { ...head, constant: 1e300 } }), /constant/],
  [
    'a part of a weight',
    (file) => ofFirst(file, { head: { ...head, embedding: [1e300, 0, 0] } }),
    /embedding/,
  ],
  ['a text', (file) => ofFirst(file, { head: { ...head, constant: '1' } }), /constant" must be a number/],
  ['a threshold of no probability', (file) => ofFirst(file, { threshold: 7 }), /threshold/],
  ['two labels of one name', (file) => ofFirst(file, { name: '__proto__' }), /"labels": two have one name/],
  ['no combination beside what is usual', (file) => ({ ...file, combination: null }), /"combination": how/],
])('%s is refused with the field', (_, change, message) => {
  expect(() => readConstants(changed(change))).toThrow(
    expect.objectContaining({ code: 'learnt_invalid', message: expect.stringMatching(message) }),
  );
});

test('a number beyond all numbers is refused', () => {
  const text = constantsAsText(FILE).replace(/"constant":[^,]*/, '"constant":1e999');
  expect(() => readConstants(folderWith(text))).toThrow(expect.objectContaining({ code: 'learnt_invalid' }));
});
