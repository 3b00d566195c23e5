import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { entail } from '../../cases/cli.ts';
import { hasPackages, type Python, pythonOf } from '../python.ts';
import { ALL_FACETS, type Facet, keptOf, LABELS, ROWS } from './facets.ts';
import { TRIPS, type Trip } from './trips.ts';

/**
 * Round trips through other tools: our export, into theirs, out of theirs, into ours. What comes back must be what
 * docs/peers.md says, no less and no more.
 *
 *   ENTAIL_PYTHON=one:another npm run test:peers
 *
 * ENTAIL_PYTHON names Pythons with tests/interop/requirements-*.txt; the first that has a tool is used. Where none has it
 * the trip is skipped by name.
 */
const results = { passed: 0, failed: 0, skipped: [] as string[] };
const table: string[] = [];
const work = mkdtempSync(join(tmpdir(), 'entail-peers-'));

function check(what: string, wrong: string): void {
  console.log(wrong === '' ? `ok   ${what}` : `FAIL ${what}: ${wrong}`);
  if (wrong === '') results.passed += 1;
  else results.failed += 1;
}

function run(folder: string, args: readonly string[]): void {
  const { code, out, err } = entail(folder, args);
  if (code !== 0) throw new Error(`entail ${args[0]}: ${out}${err}`);
}

const pythonFor = ({ needs }: Trip): Python | undefined =>
  (process.env.ENTAIL_PYTHON ?? '')
    .split(delimiter)
    .flatMap((path) => (path === '' ? [] : (pythonOf(path) ?? [])))
    .find((python) => hasPackages(python, needs) === undefined);

/** What of the project is in files that another tool wrote. */
function broughtBack(folder: string, files: readonly string[], options: readonly string[]): Facet[] {
  rmSync(join(folder, 'again.entail'), { force: true });
  run(folder, ['new', 'again.entail', '--labels', 'labels.json']);
  run(folder, ['import', 'again.entail', ...files, ...options]);
  const args = ['--format', 'jsonl', '--to', 'again.jsonl', '--unfinished', '--overwrite'];
  run(folder, ['export-data', 'again.entail', ...args]);
  const lines = readFileSync(join(folder, 'again.jsonl'), 'utf8').trim().split('\n');
  return keptOf(lines.map((line) => JSON.parse(line)));
}

async function travel(trip: Trip, python: Python, folder: string): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(LABELS));
  writeFileSync(join(folder, 'rows.jsonl'), ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''));
  run(folder, ['new', 'ours.entail', '--labels', 'labels.json']);
  run(folder, ['import', 'ours.entail', 'rows.jsonl']);
  for (const [format, to] of trip.exports)
    run(folder, ['export-data', 'ours.entail', '--format', format, '--to', to]);
  const [script, ...files] = trip.script;
  await python.run([join('peers', script), ...files.map((file) => join(folder, file)), folder]);
  for (const { name, files: back, keeps, options } of trip.backs) {
    const kept = broughtBack(folder, back, options?.(folder) ?? []);
    const lost = keeps.filter((facet) => !kept.includes(facet));
    const more = kept.filter((facet) => !keeps.includes(facet));
    const wrong = [
      ...(lost.length > 0 ? [`lost: ${lost.join(', ')}`] : []),
      ...(more.length > 0 ? [`came back though docs/peers.md does not say so: ${more.join(', ')}`] : []),
    ];
    check(`${trip.peer}, ${name}`, wrong.join('; '));
    const cells = ALL_FACETS.map((facet) => (kept.includes(facet) ? 'yes' : '–'));
    table.push(`| ${[trip.peer, name, ...cells].join(' | ')} |`);
  }
}

try {
  for (const [i, trip] of TRIPS.entries()) {
    const python = pythonFor(trip);
    if (!python) {
      console.log(`skip ${trip.peer}: no Python of ENTAIL_PYTHON has it`);
      results.skipped.push(trip.peer);
      continue;
    }
    try {
      await travel(trip, python, join(work, String(i)));
    } catch (error) {
      check(trip.peer, error instanceof Error ? error.message : String(error));
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (table.length > 0) {
  console.log(
    `\n| tool | file | ${ALL_FACETS.join(' | ')} |\n| --- | --- |${' --- |'.repeat(ALL_FACETS.length)}`,
  );
  console.log(`${table.join('\n')}\n`);
}
const skipped = results.skipped.length > 0 ? `, skipped: ${results.skipped.join('; ')}` : '';
console.log(`${results.passed} passed, ${results.failed} failed${skipped}`);
process.exitCode = results.failed === 0 ? 0 : 1;
