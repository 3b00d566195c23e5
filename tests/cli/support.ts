import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'entail.js');

/** A folder to work in, with a model of its own as the default, and the command line as a user runs it. */
export function workplace() {
  const dir = temporaryFolder();
  writeTinyModel(join(dir, 'model'));
  const env = {
    ...process.env,
    ENTAIL_HOME: join(dir, 'home'),
    ENTAIL_DEFAULT_MODEL: join(dir, 'model'),
    NO_COLOR: '1',
  };
  const run = (args: readonly string[], more: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: dir,
      env: { ...env, ...more },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    dir,
    env,
    run,
    /** Runs with --json and parses what is printed; fails with what it said otherwise. */
    json: <T>(...args: string[]): T => {
      const { code, out, err } = run([...args, '--json']);
      if (code !== 0) throw new Error(`exit code ${code}: ${err}`);
      return JSON.parse(out) as T;
    },
    write: (name: string, content: string) => {
      writeFileSync(join(dir, name), content);
      return name;
    },
  };
}

export const TEXTS = [
  'the parcel came late',
  'the price is high',
  'nice colour',
  'late and the price is high',
];
export const LABELS = [['shipping'], ['price'], [], ['shipping', 'price']];

/** Rows of {"id", "text", "labels"}. */
export const rows = (count: number, first = 0): string =>
  Array.from({ length: count }, (_, i) => {
    const at = first + i;
    const row = {
      id: `d${at}`,
      text: `${TEXTS[at % 4]}${' .'.repeat(Math.floor(at / 4))}`,
      labels: LABELS[at % 4],
    };
    return `${JSON.stringify(row)}\n`;
  }).join('');

export const LABELS_FILE = JSON.stringify([
  { name: 'shipping', hypothesis: 'this is about shipping .' },
  { name: 'price', hypothesis: 'this is about price .' },
]);
