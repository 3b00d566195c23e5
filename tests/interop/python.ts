import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** A Python that was named. */
export interface Python {
  readonly path: string;
  /** Runs a script of this folder; → what it printed. Throws with what it said when it fails. */
  run(args: readonly string[]): Promise<string>;
  /** Starts a program that can be killed with all that it starts. */
  start(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Running;
}

export interface Running {
  readonly child: ChildProcess;
  /** Its exit status and what it said. */
  readonly ended: Promise<{ status: number | null; output: string }>;
  kill(): void;
}

/** The first Python of ENTAIL_PYTHON that has these packages; undefined: none has. */
export const pythonWith = (packages: readonly string[]): Python | undefined =>
  named().find((python) => packages.every((name) => has(python, name)));

/** Why no Python of ENTAIL_PYTHON has these packages. */
export function missingFor(packages: readonly string[]): string {
  if (named().length === 0) return 'ENTAIL_PYTHON';
  const nowhere = packages.filter((name) => !named().some((python) => has(python, name)));
  return nowhere[0] ?? `Python with ${packages.join(', ')} together`;
}

const named = (): Python[] =>
  (process.env.ENTAIL_PYTHON ?? '')
    .split(delimiter)
    .filter((path) => path !== '')
    .map(pythonOf);

const found = new Map<string, boolean>();
function has({ path }: Python, name: string): boolean {
  const key = `${path} ${name}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const there = spawnSync(path, ['-c', `import ${name}`]).status === 0;
  found.set(key, there);
  return there;
}

function pythonOf(path: string): Python {
  const start: Python['start'] = (command, args, env) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PYSPARK_PYTHON: path,
        PYSPARK_DRIVER_PYTHON: path,
        PYTHONDONTWRITEBYTECODE: '1',
        ...env,
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

/** The last line of what a script printed. */
export const json = <T>(output: string): T => JSON.parse(output.trim().split('\n').at(-1)!) as T;
