import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { circlesOf, readImportGraph } from './support/importGraph.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What each layer may import of the others, and which packages belong to one layer alone. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  process: [],
  contract: [],
  engine: ['process'],
  backend: ['engine/index.ts', 'engine/light.ts', 'contract', 'process'],
  web: ['backend', 'contract', 'process'],
  electron: ['backend/process/protocol.ts', 'backend/process/pageHeaders.ts', 'process'],
  renderer: ['contract'],
  cli: ['engine/index.ts', 'backend', 'web', 'process'],
};
const OWNED: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'engine',
  'better-sqlite3': 'backend',
  commander: 'cli',
  svelte: 'renderer',
  electron: 'electron',
};

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:from|import\(|import) ?'([^']+)'/g)].map(
    (found) => found[1]!,
  );

test.each(Object.keys(LAYERS))('%s/ imports only what lies below it', (layer) => {
  const wrong: string[] = [];
  for (const file of sources(layer)) {
    for (const wanted of importsOf(file)) {
      if (!wanted.startsWith('.')) {
        const owner = OWNED[wanted];
        if (owner !== undefined && owner !== layer) wrong.push(`${file} imports ${wanted}`);
        continue;
      }
      const target = relative(ROOT, join(ROOT, dirname(file), wanted));
      const allowed = [layer, ...LAYERS[layer]!].some(
        (part) => target === part || target.startsWith(`${part}/`),
      );
      if (!allowed) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each([...Object.keys(LAYERS), 'tools'])(
  'no files of %s/ import each other in a circle, types included',
  (layer) => {
    const graph = readImportGraph(join(ROOT, layer));
    expect(graph.files.length).toBeGreaterThan(3);
    expect(circlesOf(graph)).toEqual([]);
  },
);

test('no file is longer than 400 lines, tests and tools included', () => {
  const long = [...Object.keys(LAYERS), 'bench', 'tests', 'tools'].flatMap((folder) =>
    sources(folder).filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 401),
  );
  expect(long).toEqual([]);
});

/** A look-up, or the end of a list, that is said to be there without being asked. */
const UNCHECKED = /\.(?:get|at|pop|shift)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)!/g;

test('what a map must have is asked of mustGet, which says what was missing', () => {
  const found = (pattern: RegExp, layers: readonly string[]) =>
    layers.flatMap((layer) =>
      sources(layer).flatMap((file) =>
        [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([text]) => `${file}: ${text}`),
      ),
    );
  const layers = Object.keys(LAYERS);
  expect(
    found(
      UNCHECKED,
      layers.filter((layer) => layer !== 'engine'),
    ),
  ).toEqual([]);
  expect(found(UNCHECKED, ['engine']).filter((hit) => hit.includes('.get('))).toEqual([]);
  expect('known.get(keyOf(text))!'.match(UNCHECKED)).toHaveLength(1);
  expect('rows.at(-1)!.id'.match(UNCHECKED)).toHaveLength(1);
  expect('counts.get(id) !== 3'.match(UNCHECKED)).toBeNull();
});

test('only one file imports ONNX Runtime: the one that turns its telemetry off first', () => {
  const importers = Object.keys(LAYERS).flatMap((layer) =>
    sources(layer).filter((file) => importsOf(file).includes('onnxruntime-node')),
  );
  expect(importers).toEqual(['engine/runtime/onnxRuntime.ts']);
});

/** What a file brings along when it is loaded; types are gone by then. */
function loaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/(?:im|ex)port type [^;]*;/g, '');
  for (const [, wanted] of text.matchAll(/(?:from|import) '(\.[^']+)'/g)) {
    loaded(relative(ROOT, join(ROOT, dirname(file), wanted!)), found);
  }
  return found;
}

test.each(['backend/exporting/index.ts', 'backend/importing/read.ts', 'backend/files/atomic.ts'])(
  '%s reads or writes files, and brings no runtime along',
  (entry) => {
    const all = loaded(entry);
    expect(all.size).toBeGreaterThan(1);
    expect([...all].filter((file) => /^engine\/(index|runtime)/.test(file))).toEqual([]);
  },
);

// Schemas make functions of text, which the page's content security policy forbids.
test('the page has types of the contract alone, none of its values', () => {
  const page = readdirSync(join(ROOT, 'renderer'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.(?:ts|svelte)$/.test(entry.name),
  );
  const taken = page.flatMap(({ parentPath, name }) => {
    const text = readFileSync(join(parentPath, name), 'utf8').replaceAll(/import type [^;]*;/g, '');
    // What is shared without a schema is in files of its own.
    return /from '[./]+contract\/(?!opening\.ts)/.test(text) ? [name] : [];
  });
  expect(page.length).toBeGreaterThan(100);
  expect(taken).toEqual([]);
});
