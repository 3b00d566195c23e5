import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { circlesOf, readImportGraph, topPart, upwardImports } from '../support/importGraph.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The backend from the bottom up: a part imports what stands before it, never what stands after. Every feature's
 * `procedures.ts` (its share of the contract) is a layer of its own, above the application and below the router.
 */
const ORDER = [
  'errors.ts',
  'systemFailure.ts',
  'failures.ts',
  'records.ts',
  'files',
  'machine',
  'project',
  'models',
  'labels',
  'annotating',
  'importing',
  'suggesting',
  'documents',
  'choosing',
  'training',
  'evaluating',
  'progress',
  'exporting',
  'app',
  'procedures.ts',
  'router.ts',
  'index.ts',
  'process',
  'main.ts',
] as const;

const backend = readImportGraph(join(ROOT, 'backend'));

const partOf = (file: string): string =>
  posix.basename(file) === 'procedures.ts' ? 'procedures.ts' : topPart(file);

test('parts of backend/ import downwards only, and each has a place', () => {
  expect(backend.files.length).toBeGreaterThan(100);
  expect(upwardImports(backend, ORDER, partOf)).toEqual([]);
});

test('no files of backend/ import each other in a circle, types included', () => {
  expect(circlesOf(backend)).toEqual([]);
});
