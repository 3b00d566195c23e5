import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Python, pythonWith } from '../python.ts';
import { type Inspection, keptOf, LABELS, ROWS, WHOLE } from './facets.ts';
import { ours } from './ours.ts';
import type { Back, Trip } from './trip.ts';
import { TRIPS } from './trips.ts';

/**
 * Round trips through other tools: our export, into theirs, out of theirs, into ours. What comes back must be what
 * docs/peers.md says, no less and no more.
 *
 *   ENTAIL_PYTHON=one:another npm run test:peers [-- BEGINNING…]
 *
 * ENTAIL_PYTHON names Pythons with tests/interop/requirements-*.txt; the first that has a tool is used. Where none has it
 * the trip is skipped by name. Arguments are the beginnings of the names of tools to try; all without any. ENTAIL_PEERS_OUT names a new folder that all files are left in.
 */
const results = { passed: 0, failed: 0, skipped: [] as string[] };
const tables = new Map<Inspection, string[]>();
const wanted = process.argv.slice(2);
const kept = process.env.ENTAIL_PEERS_OUT;
const work = kept ?? mkdtempSync(join(tmpdir(), 'entail-peers-'));

function check(what: string, wrong: string): void {
  console.log(wrong === '' ? `ok   ${what}` : `FAIL ${what}: ${wrong}`);
  if (wrong === '') results.passed += 1;
  else results.failed += 1;
}

/** What of the project is in files that another tool wrote. */
function broughtBack(folder: string, { files, options, inspection = WHOLE }: Back): string[] {
  rmSync(join(folder, 'again.entail'), { force: true });
  writeFileSync(join(folder, 'back-labels.json'), JSON.stringify(inspection.labels));
  ours(folder, ['new', 'again.entail', '--labels', 'back-labels.json']);
  ours(folder, ['import', 'again.entail', ...files, ...(options?.(folder) ?? [])]);
  const args = ['--format', 'jsonl', '--to', 'again.jsonl', '--unfinished', '--overwrite'];
  ours(folder, ['export-data', 'again.entail', ...args]);
  const lines = readFileSync(join(folder, 'again.jsonl'), 'utf8').trim().split('\n');
  return keptOf(
    inspection,
    lines.map((line) => JSON.parse(line)),
  );
}

async function travel(trip: Trip, python: Python, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(LABELS));
  writeFileSync(join(folder, 'rows.jsonl'), ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''));
  ours(folder, ['new', 'ours.entail', '--labels', 'labels.json']);
  ours(folder, ['import', 'ours.entail', 'rows.jsonl']);
  for (const [format, to] of trip.exports)
    ours(folder, ['export-data', 'ours.entail', '--format', format, '--to', to]);
  await trip.through(python, folder);
  for (const back of trip.backs) {
    const { name, keeps, inspection = WHOLE } = back;
    const kept = broughtBack(folder, back);
    const lost = keeps.filter((facet) => !kept.includes(facet));
    const more = kept.filter((facet) => !keeps.includes(facet));
    const wrong = [
      ...(lost.length > 0 ? [`lost: ${lost.join(', ')}`] : []),
      ...(more.length > 0 ? [`came back though docs/peers.md does not say so: ${more.join(', ')}`] : []),
    ];
    check(`${trip.peer}, ${name}`, wrong.join('; '));
    const cells = Object.keys(inspection.facets).map((facet) => (kept.includes(facet) ? 'yes' : '–'));
    const lines = tables.get(inspection) ?? [];
    tables.set(inspection, [...lines, `| ${[trip.peer, name, ...cells].join(' | ')} |`]);
  }
}

try {
  for (const [i, trip] of TRIPS.entries()) {
    if (wanted.length > 0 && !wanted.some((start) => trip.peer.startsWith(start))) continue;
    const python = pythonWith(trip.needs);
    if (!python) {
      console.log(`skip ${trip.peer}: no Python of ENTAIL_PYTHON has it`);
      results.skipped.push(trip.peer);
      continue;
    }
    const missing = trip.missing?.();
    if (missing !== undefined) {
      console.log(`skip ${trip.peer}: ${missing}`);
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
  if (kept === undefined) rmSync(work, { recursive: true, force: true });
}
for (const [{ facets }, lines] of tables) {
  const names = Object.keys(facets);
  console.log(`\n| tool | file | ${names.join(' | ')} |\n| --- | --- |${' --- |'.repeat(names.length)}`);
  console.log(`${lines.join('\n')}\n`);
}
const skipped = results.skipped.length > 0 ? `, skipped: ${results.skipped.join('; ')}` : '';
console.log(`${results.passed} passed, ${results.failed} failed${skipped}`);
process.exitCode = results.failed === 0 ? 0 : 1;
