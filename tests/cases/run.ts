import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { COMMANDS } from './commands.ts';
import { IMPORTS } from './expectations.ts';
import { differences } from './importCase.ts';

/**
 * Reads each folder of a collection of small inputs, as the command line does, and compares with what a person should get.
 * ENTAIL_CASES names the collection; what is not there, and cases that need models which are not there (ENTAIL_MODELS),
 * are named. Arguments: the beginnings of the cases to run.
 */
const root = resolve(process.env.ENTAIL_CASES ?? join(import.meta.dirname, '../../../shared/cases'));
const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const folders = (existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [])
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

let passed = 0;
let failed = 0;
const tell = (what: string, wrong: readonly string[]) => {
  if (wrong.length === 0) passed += 1;
  else failed += 1;
  console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  for (const difference of wrong) console.log(`       ${difference}`);
};
const failure = (error: unknown) => [error instanceof Error ? error.message : String(error)];

const dir = mkdtempSync(join(tmpdir(), 'entail-cases-'));
try {
  for (const [name, steps] of Object.entries(IMPORTS).filter(([own]) => isWanted(own))) {
    if (!folders.includes(name)) {
      tell(`${name}: there is no "${join(root, name)}"`, ['it was not read']);
      continue;
    }
    for (const [i, step] of steps.entries()) {
      const what = `${name}: ${step.files.join(' ')}${step.options ? ` ${step.options.join(' ')}` : ''}`;
      tell(what, await differences(join(root, name), step, join(dir, `${name}-${i}`)).catch(failure));
    }
  }
  for (const [name, { needs, check }] of Object.entries(COMMANDS).filter(([own]) => isWanted(own))) {
    const missing = needs?.();
    if (missing) console.log(`skip ${name}: ${missing}`);
    else if (!folders.includes(name)) tell(name, [`there is no "${join(root, name)}"`]);
    else tell(name, await Promise.resolve(check(join(root, name), join(dir, name))).catch(failure));
  }
  if (wanted.length === 0) {
    const unknown = folders.filter((name) => !(name in IMPORTS) && !(name in COMMANDS));
    tell('every case has an expectation', unknown);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
