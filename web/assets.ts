import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { mustGet } from '../process/must.ts';

export interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
}

/** URL path → file. */
export type Assets = ReadonlyMap<string, Asset>;

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist', 'renderer');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The interface's files; built first where they are not. */
export async function loadAssets(): Promise<Assets> {
  if (await isStale()) await build();
  const names = (await readdir(BUILT, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const assets = new Map<string, Asset>();
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)];
    if (!type) continue;
    assets.set(`/${relative(BUILT, path).split(sep).join('/')}`, { bytes: await readFile(path), type });
  }
  assets.set('/', mustGet(assets, '/index.html', 'page'));
  return assets;
}

/** Whether there is nothing built, or in a checkout something older than its sources. */
async function isStale(): Promise<boolean> {
  const built = await stat(join(BUILT, 'index.html')).catch(() => null);
  if (built === null) return true;
  const sources = await Promise.all(['renderer', 'contract'].map((folder) => newestIn(join(ROOT, folder))));
  return Math.max(...sources) > built.mtimeMs;
}

async function newestIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(0, ...times);
}

async function build(): Promise<void> {
  const vite = await import('vite');
  await vite.build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
}
