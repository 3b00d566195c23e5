import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The files of a folder and which of one another they import. Type-only imports count: a reader follows them too. */
export interface ImportGraph {
  /** Paths below the folder, with forward slashes. */
  readonly files: readonly string[];
  importsOf(file: string): readonly string[];
}

const IMPORTS = /(?:from|import\(|import)\s*'(\.[^']+)'/g;

export function readImportGraph(folder: string): ImportGraph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(?:ts|svelte)$/.test(name) && !name.endsWith('.d.ts'));
  const imports = new Map(
    files.map((file) => [
      file,
      [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORTS)]
        .map(([, wanted]) => posix.join(posix.dirname(file), wanted ?? ''))
        .filter((target) => !target.startsWith('..')),
    ]),
  );
  return { files, importsOf: (file) => imports.get(file) ?? [] };
}

/** Files that import each other in a circle, as "a → b → a". */
export function circlesOf({ files, importsOf }: ImportGraph): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const target of importsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return circles;
}

/** The part of a folder that a file belongs to: the folder or file directly below it. */
export const topPart = (file: string): string => file.split('/')[0] ?? file;

/** Imports of a part by one that stands before it in `order`, and files whose part has no place there. */
export function upwardImports(
  { files, importsOf }: ImportGraph,
  order: readonly string[],
  partOf: (file: string) => string = topPart,
): string[] {
  const place = (file: string) => order.indexOf(partOf(file));
  return files.flatMap((file) => [
    ...(place(file) < 0 ? [`${file} has no place in the order`] : []),
    ...importsOf(file)
      .filter((target) => place(target) > place(file))
      .map((target) => `${file} imports ${target}`),
  ]);
}
