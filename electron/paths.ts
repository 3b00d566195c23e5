import { join } from 'node:path';

/** Where the parts of the built app lie; `root` is its folder or archive. */
export interface AppPaths {
  readonly page: string;
  readonly preload: string;
  readonly backend: string;
  readonly engine: string;
  /** A picture of the app for the window, on systems that take none from the executable. */
  readonly icon: string;
}

export function appPaths(root: string): AppPaths {
  return {
    page: join(root, 'renderer'),
    preload: join(root, 'electron', 'preload.cjs'),
    backend: join(root, 'backend', 'main.js'),
    engine: join(root, 'engine', 'process', 'main.js'),
    icon: join(root, 'resources', 'icons', 'linux', '256x256.png'),
  };
}

/** The same file outside the archive, for a program that can't look into one (a plain Node). */
export const unpacked = (path: string): string =>
  path.replace(/\bapp\.asar([\\/])/, (_, separator: string) => `app.asar.unpacked${separator}`);

/**
 * The Node binary to run backend and engine with; null: the shell's own processes. Only an old shell, whose Node can't
 * load the native modules, or a shell that isn't packaged takes one from the environment.
 */
export function nodeFrom(
  env: Readonly<Record<string, string | undefined>>,
  { packaged, node }: { packaged: boolean; node: string },
): string | null {
  const own = Number(node.split('.')[0]) >= 22;
  return env.ENTAIL_NODE && !(packaged && own) ? env.ENTAIL_NODE : null;
}

/** What the children inherit: nothing that changes how Node starts. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NODE_|ELECTRON_RUN_AS_NODE$|ENTAIL_NODE$)/i.test(name)),
  );
}
