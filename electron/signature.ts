import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How the system can tell that an update comes from who made the installed app. */
export interface SignatureChecks {
  readonly platform: NodeJS.Platform;
  readonly executable: string;
  /** The text of app-update.yml. */
  readonly config: string;
  run(command: string, args: readonly string[]): Promise<{ code: number; output: string }>;
}

/**
 * Why this build gets no updates, in a sentence; null: it is signed, and the system (or electron-updater with it)
 * checks each update against that signature.
 *
 * - macOS: Squirrel.Mac installs only what satisfies the installed app's designated requirement; an ad-hoc signature
 *   has no team, so it proves nothing.
 * - Windows: electron-updater compares the installer's Authenticode publisher with the one in app-update.yml, and
 *   compares nothing where none stands there; the installed app must have a valid signature itself.
 * - Linux: an AppImage or deb is checked against a checksum from the same server only, which is no proof of who made
 *   it: never.
 */
export async function whyNoUpdates(checks: SignatureChecks): Promise<string | null> {
  const { platform, executable, config, run } = checks;
  try {
    if (platform === 'darwin') {
      const bundle = executable.replace(/\/Contents\/MacOS\/[^/]+$/, '');
      const valid = await run('/usr/bin/codesign', ['--verify', '--strict', '--deep', bundle]);
      const shown = await run('/usr/bin/codesign', ['--display', '--verbose=2', bundle]);
      const team = /^TeamIdentifier=([A-Z0-9]{10})$/m.test(shown.output);
      return valid.code === 0 && team ? null : UNSIGNED;
    }
    if (platform === 'win32') {
      if (!/^publisherName:/m.test(config)) return UNSIGNED;
      // The path is data, not a part of the script.
      const script = '(Get-AuthenticodeSignature -LiteralPath $env:ENTAIL_EXECUTABLE).Status.ToString()';
      const { code, output } = await run('powershell.exe', [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        script,
      ]);
      return code === 0 && output.trim() === 'Valid' ? null : UNSIGNED;
    }
  } catch {
    return UNSIGNED;
  }
  return NOT_HERE;
}

const UNSIGNED =
  'This build of Entail is not signed, so an update could come from anybody: it looks for none.';
const NOT_HERE =
  'On this system nothing proves who made an update: Entail looks for none. Get new versions where you got this one.';

/** The checks of this process. */
export const systemChecks = (config: string): SignatureChecks => ({
  config,
  platform: process.platform,
  executable: process.execPath,
  async run(command, args) {
    const env = { ...process.env, ENTAIL_EXECUTABLE: process.execPath };
    try {
      const { stdout, stderr } = await promisify(execFile)(command, [...args], { env, timeout: 30_000 });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const {
        code,
        stdout = '',
        stderr = '',
      } = error as {
        code?: unknown;
        stdout?: string;
        stderr?: string;
      };
      return { code: typeof code === 'number' ? code : 1, output: stdout + stderr };
    }
  },
});
