import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { json, type Python } from './python.ts';

/** A job of the exported folder, and how it is started here. */
export interface JobKind {
  readonly name: string;
  readonly needs: readonly string[];
  readonly command: (python: Python) => readonly string[];
  readonly script: string;
}

export const SPARK: JobKind = {
  name: 'Spark in local mode',
  needs: ['pandas', 'pyspark'],
  command: ({ path }) => [join(dirname(path), 'spark-submit'), '--master', 'local[2]'],
  script: 'label_with_spark.py',
};
export const RAY: JobKind = {
  name: 'Ray Data in local mode',
  needs: ['ray.data', 'aiohttp'],
  command: ({ path }) => [path],
  script: 'label_with_ray.py',
};

interface Outcome {
  readonly rows: number;
  readonly sample: number;
  readonly largest: number;
  /** Complete parts when it was killed, and at the end. */
  readonly before: number;
  readonly parts: number;
}

const FILES = 40;
const PER_PART = 8;

/** Labels the texts, is killed within a part, is started again, and once more when all is done. */
export async function runJob(
  kind: JobKind,
  { python, work, dir }: { python: Python; work: string; dir: string },
): Promise<Outcome> {
  const input = join(work, 'input');
  if (!existsSync(input))
    await python.run(['rows.py', 'make', join(work, 'texts.json'), input, String(FILES)]);
  const output = join(work, `output of ${kind.name}`);
  const [command = '', ...before] = kind.command(python);
  const args = [
    ...before,
    join(dir, 'jobs', kind.script),
    ...['--input', input, '--output', output, '--files', String(PER_PART)],
  ];
  const first = python.start(command, args);
  const early = await Promise.race([first.ended, killedWithin(output, 2, () => first.kill())]);
  if (early) throw new Error(`It ended before it could be killed: ${early.output.slice(-2000)}`);
  await first.ended;
  const done = complete(output);
  const parts = FILES / PER_PART;
  if (done.length === 0 || done.length >= parts)
    throw new Error(`${done.length} of ${parts} parts were done at the kill`);
  const kept = done.map((part) => filesIn(join(output, part)));
  await toTheEnd(python, command, args);
  if (complete(output).length !== parts)
    throw new Error(`${complete(output).length} of ${parts} parts are complete`);
  const again = done.map((part) => filesIn(join(output, part)));
  if (JSON.stringify(again) !== JSON.stringify(kept))
    throw new Error('A part that was complete was made again.');
  const all = filesIn(output);
  await toTheEnd(python, command, args);
  if (JSON.stringify(filesIn(output)) !== JSON.stringify(all))
    throw new Error('With nothing to do, something was done.');
  const found = json<{ rows: number; sample: number; largest: number }>(
    await python.run(['rows.py', 'compare', input, output, join(work, 'expected.json')]),
  );
  const texts = (JSON.parse(readFileSync(join(work, 'texts.json'), 'utf8')) as unknown[]).length;
  if (found.rows !== texts) throw new Error(`${texts} rows became ${found.rows}`);
  return { ...found, before: done.length, parts };
}

/** Kills as soon as the part of this number is begun and not complete. */
async function killedWithin(output: string, number: number, kill: () => void): Promise<undefined> {
  const part = join(output, `part=${String(number).padStart(6, '0')}`);
  while (!existsSync(part)) await delay(20);
  kill();
}

async function toTheEnd(python: Python, command: string, args: readonly string[]): Promise<void> {
  const { status, output } = await python.start(command, args).ended;
  if (status !== 0) throw new Error(output.trim().slice(-2000));
}

const complete = (output: string): string[] =>
  readdirSync(output)
    .filter((name) => name.startsWith('part=') && existsSync(join(output, name, '_SUCCESS')))
    .sort();

/** Rows as they lie there: names and sizes of Parquet files, and when they were written. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => `${name} ${statSync(join(folder, name)).size} ${statSync(join(folder, name)).mtimeMs}`)
    .sort();
