import { join } from 'node:path';
import { expect, test } from 'vitest';
import { circlesOf, type ImportGraph, readImportGraph, upwardImports } from '../support/importGraph.ts';

/** The engine from the bottom up: a folder imports what stands before it, never what stands after. */
const ORDER = [
  'errors.ts',
  'limits.ts',
  'random.ts',
  'draw.ts',
  'rows.ts',
  'turns.ts',
  'folds.ts',
  'files',
  'graph',
  'onnx',
  'runtime',
  'safetensors',
  'text',
  'nli',
  'evaluate',
  'zeroshot',
  'head',
  'active',
  'progress',
  'hub',
  'autodiff',
  'loss',
  'lora',
  'optim',
  'check',
  'model',
  'quantize',
  'inference',
  'train',
  'contrast',
  'export',
  'process',
  'light.ts',
  'index.ts',
] as const;

const engine = readImportGraph(join(import.meta.dirname, '..', '..', 'engine'));

test('folders of engine/ import downwards only, and each has a place', () => {
  expect(engine.files.length).toBeGreaterThan(150);
  expect(upwardImports(engine, ORDER)).toEqual([]);
});

test('no files of engine/ import each other in a circle, types included', () => {
  expect(circlesOf(engine)).toEqual([]);
});

test('an upward import, a circle and a folder without a place are found', () => {
  const imports = new Map([
    ['graph/graph.ts', ['runtime/session.ts']],
    ['runtime/session.ts', ['runtime/feeds.ts']],
    ['runtime/feeds.ts', ['runtime/session.ts']],
    ['new/file.ts', []],
  ]);
  const wrong: ImportGraph = {
    files: [...imports.keys()],
    importsOf: (file) => imports.get(file) ?? [],
  };
  expect(upwardImports(wrong, ORDER)).toEqual([
    'graph/graph.ts imports runtime/session.ts',
    'new/file.ts has no place in the order',
  ]);
  expect(circlesOf(wrong)).toEqual(['runtime/session.ts → runtime/feeds.ts → runtime/session.ts']);
});
