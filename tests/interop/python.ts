import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A Python that was named. */
export interface Python {
  readonly path: string;
  /** Runs a script of this folder; → what it printed. Throws with what it said when it fails. */
  run(args: readonly string[]): Promise<string>;
  /** Starts a program that can be killed with all that it starts. */
  start(command: string, args: readonly string[]): Running;
}

export interface Running {
  readonly child: ChildProcess;
  /** Its exit status and what it said. */
  readonly ended: Promise<{ status: number | null; output: string }>;
  kill(): void;
}

export function pythonOf(path = process.env.ENTAIL_PYTHON): Python | undefined {
  if (path === undefined) return undefined;
  const start: Python['start'] = (command, args) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PYSPARK_PYTHON: path,
        PYSPARK_DRIVER_PYTHON: path,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    const said: string[] = [];
    child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => said.push(data.toString()));
    const ended = new Promise<{ status: number | null; output: string }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output: said.join('') }));
    });
    return { child, ended, kill: () => process.kill(-child.pid!, 'SIGKILL') };
  };
  return {
    path,
    start,
    async run([script = '', ...args]) {
      const { status, output } = await start(path, [join(import.meta.dirname, script), ...args]).ended;
      if (status !== 0) throw new Error(output.trim().slice(-2000));
      return output;
    },
  };
}

/** The first of these packages that can't be imported; undefined: all can. */
export function hasPackages({ path }: Python, names: readonly string[]): string | undefined {
  return names.find((name) => spawnSync(path, ['-c', `import ${name}`]).status !== 0);
}

/** The last line of what a script printed. */
export const json = <T>(output: string): T => JSON.parse(output.trim().split('\n').at(-1)!) as T;
