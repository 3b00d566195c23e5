import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the environment is looked up; passed in so that tests need not change the process. */
export interface HomeSource {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly userHome?: () => string;
}

/**
 * The folder of models, settings and logs: ENTAIL_HOME, else the platform's place for application data. null: neither
 * is known.
 */
export function homeFolder(source: HomeSource = {}): string | null {
  const { env = process.env, platform = process.platform, userHome = homedir } = source;
  if (env.ENTAIL_HOME) return resolve(env.ENTAIL_HOME);
  const home = userHome();
  const local = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_DATA_HOME;
  if (platform !== 'darwin' && local && isAbsolute(local))
    return join(local, platform === 'win32' ? 'Entail' : 'entail');
  if (!home) return null;
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'Entail');
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'Entail')
    : join(home, '.local', 'share', 'entail');
}

/** Of all processes; a folder within Entail's home. */
export const logFolder = (home: string): string => join(home, 'logs');
