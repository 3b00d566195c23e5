import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..', '..');
/** The desktop app as it is started and packaged: its own package.json, bundles and resources. */
export const APP = join(ROOT, 'dist', 'app');

/** Not bundled: they bring native code, and lie in node_modules. */
const NATIVE = ['better-sqlite3', 'onnxruntime-node'];
/** How a source names the entry of a process or thread: a file beside it. */
const ENTRY = /import\.meta\.dirname, '([\w-]+)\.ts'/g;
const SHELL = ['electron/main', 'electron/preload'];
const SOURCES = [
  'backend',
  'contract',
  'electron',
  'engine',
  'migrations',
  'process',
  'renderer',
  'resources',
  'tools/app',
];

/** Builds `dist/app` where something in it is older than its sources. */
export async function buildApp(): Promise<void> {
  const stamp = join(APP, 'package.json');
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const manifest = join(ROOT, 'package.json');
  const newest = Math.max(
    statSync(manifest).mtimeMs,
    ...SOURCES.map((folder) => newestIn(join(ROOT, folder))),
  );
  // What packaging brought is for packaging: other starts take the checkout's modules.
  rmSync(join(APP, 'node_modules'), { recursive: true, force: true });
  if (built > newest) return;
  rmSync(APP, { recursive: true, force: true });
  await build(page());
  await build(children());
  for (const entry of SHELL) await build(shell(entry));
  for (const folder of ['migrations', 'resources', 'engine/export/jobs']) {
    cpSync(join(ROOT, folder), join(APP, folder), { recursive: true });
  }
  writeFileSync(stamp, manifestOfApp(JSON.parse(readFileSync(manifest, 'utf8'))));
}

function newestIn(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(folder, name)).mtimeMs,
    ),
  );
}

const page = (): InlineConfig => ({
  configFile: join(ROOT, 'vite.config.ts'),
  logLevel: 'error',
  // The oldest runtime that the shell is tested on.
  build: { outDir: join(APP, 'renderer'), emptyOutDir: true, target: 'chrome108', cssTarget: 'chrome108' },
});

const children = (): InlineConfig => ({
  ...bundle(['backend/main', ...entriesIn('backend'), ...entriesIn('engine')], 'node22'),
  plugins: [sourcePlaces()],
});

/** Entries that are started by path; they keep the place of their source. */
function entriesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(folder, name);
      const found = readFileSync(join(ROOT, file), 'utf8').matchAll(ENTRY);
      return [...found].map(([, entry]) => join(dirname(file), entry!).split(sep).join('/'));
    });
}

function bundle(entries: readonly string[], target: string): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true, external: [...NATIVE, 'electron'] },
    build: {
      ssr: true,
      target,
      outDir: APP,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [entry, join(ROOT, `${entry}.ts`)])),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  };
}

/** The main process and the preload script are CommonJS: a sandboxed preload must be, and old runtimes know no other. */
function shell(entry: string): InlineConfig {
  const config = bundle([entry], 'node16');
  const output = { format: 'cjs' as const, entryFileNames: '[name].cjs', codeSplitting: false };
  return {
    ...config,
    build: { ...config.build, rolldownOptions: { ...config.build?.rolldownOptions, output } },
  };
}

/**
 * In a bundle a module still finds what lies beside its source (migrations, resources, entries of processes):
 * `import.meta.dirname` becomes the place of the source within the app, and an entry's `.ts` its `.js`.
 */
function sourcePlaces(): Plugin {
  return {
    name: 'source-places',
    renderChunk(code, { fileName }) {
      return code.replaceAll(/__SOURCE_FOLDER__\("([^"]*)"\)/g, (_, folder: string) => {
        const up = relative(dirname(fileName), folder).split(sep).join('/');
        return `(import.meta.dirname + ${JSON.stringify(`/${up}`)})`;
      });
    },
    transform(code, id) {
      if (!id.startsWith(ROOT) || id.includes('node_modules') || !code.includes('import.meta.dirname'))
        return null;
      const folder = relative(ROOT, dirname(id)).split(sep).join('/');
      return code
        .replaceAll(
          /(import\.meta\.dirname, ['"][\w-]+)\.ts(['"])/g,
          (_, start: string, end: string) => `${start}.js${end}`,
        )
        .replaceAll('import.meta.dirname', `__SOURCE_FOLDER__(${JSON.stringify(folder)})`);
    },
  };
}

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifestOfApp({ version, description, license, dependencies }: Manifest): string {
  mkdirSync(APP, { recursive: true });
  const own = Object.fromEntries(NATIVE.map((name) => [name, dependencies[name]]));
  const manifest = {
    name: 'entail',
    productName: 'Entail',
    // By which Linux desktops find the icon of a window.
    desktopName: 'entail.desktop',
    version,
    description,
    license,
    author: 'Entail contributors',
    type: 'module',
    main: 'electron/main.cjs',
    dependencies: own,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
