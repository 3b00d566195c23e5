import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP, ROOT } from './build.ts';

export interface Target {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
}

/** Puts the native modules of one platform, and nothing of any other, into the app's node_modules. */
export function copyNativeModules({ platform, arch }: Target): void {
  rmSync(join(APP, 'node_modules'), { recursive: true, force: true });
  copy('onnxruntime-common', ['dist/cjs']);
  copy('onnxruntime-node', ['dist', `bin/napi-v6/${platform}/${arch}`]);
  copy('better-sqlite3', ['lib', 'LICENSE', `prebuilds/${platform}-${arch}.node`]);
}

function copy(name: string, parts: readonly string[]): void {
  for (const part of parts) {
    const from = join(ROOT, 'node_modules', name, part);
    if (!existsSync(from)) throw new Error(`${name} has no ${part}: Entail can't be packaged for it.`);
    cpSync(from, join(APP, 'node_modules', name, part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map') && !path.endsWith('.d.ts'),
    });
  }
  const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  writeFileSync(join(APP, 'node_modules', name, 'package.json'), slim(manifest));
}

/** Without what only its installation and its tests need. */
function slim({ scripts: _scripts, devDependencies: _dev, dependencies = {}, ...kept }: Manifest): string {
  const own = Object.entries(dependencies).filter(([name]) => name === 'onnxruntime-common');
  return `${JSON.stringify({ ...kept, dependencies: Object.fromEntries(own) }, null, 2)}\n`;
}

interface Manifest extends Record<string, unknown> {
  readonly dependencies?: Readonly<Record<string, string>>;
}
