import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { temporaryHome } from '../e2e/webApp.ts';
import { COMMANDS } from './commands.ts';
import { IMPORTS, type Step } from './expectations.ts';
import { differences } from './importCase.ts';
import { appCases, notInApp } from './inApp.ts';

/**
 * Reads each folder of a collection of small inputs, as the command line does and as the import screen does in a real
 * Chromium, and compares with what a person should get. ENTAIL_CASES names the collection, ENTAIL_CHROMIUM the browser; what
 * is not there, and cases that need models which are not there (ENTAIL_MODELS), are named. Arguments: the beginnings of the
 * cases to run.
 */
const root = resolve(process.env.ENTAIL_CASES ?? join(import.meta.dirname, '../../../shared/cases'));
const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const folders = (existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [])
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Beside each other. */
const WINDOWS = 3;
const executable = process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium';

// Each case starts several processes, which else would strip the types of the same sources again.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'entail-cases-compiled');

let passed = 0;
let failed = 0;
const tell = (what: string, wrong: readonly string[]) => {
  if (wrong.length === 0) passed += 1;
  else failed += 1;
  console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  for (const difference of wrong) console.log(`       ${difference}`);
};
const wordsOf = ({ files, options = [] }: Step) => [...files, ...options].join(' ');
const failure = (error: unknown) => [error instanceof Error ? error.message : String(error)];

const dir = mkdtempSync(join(tmpdir(), 'entail-cases-'));
try {
  for (const [name, steps] of Object.entries(IMPORTS).filter(([own]) => isWanted(own))) {
    if (!folders.includes(name)) {
      tell(`${name}: there is no "${join(root, name)}"`, ['it was not read']);
      continue;
    }
    for (const [i, step] of steps.entries()) {
      const what = `${name}: ${wordsOf(step)}`;
      tell(what, await differences(join(root, name), step, join(dir, `${name}-${i}`)).catch(failure));
    }
  }
  await inApp();
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

/** The same files at the import screen, each in a project of its own; told in their order. */
async function inApp(): Promise<void> {
  const steps = Object.entries(IMPORTS)
    .filter(([own]) => isWanted(own) && folders.includes(own))
    .flatMap(([name, own]) =>
      own.map((step, i) => ({ folder: join(root, name), name: `${name}-${i}`, step })),
    );
  const what = ({ name, step }: (typeof steps)[number]) => `${name} in the app: ${wordsOf(step)}`;
  const { home, remove } = temporaryHome();
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  const found = new Map<string, readonly string[]>();
  const waiting = steps.filter(({ step }) => notInApp(step) === undefined);
  try {
    await Promise.all(
      Array.from({ length: WINDOWS }, async (_, i) => {
        const app = await appCases(browser, join(home, `window ${i}`));
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          found.set(next.name, await app.differences(next).catch(failure));
        await app.close();
      }),
    );
  } finally {
    await browser.close();
    remove();
  }
  for (const own of steps) {
    const why = notInApp(own.step);
    if (why === undefined) tell(what(own), found.get(own.name) ?? ['it was not tried']);
    else console.log(`skip ${what(own)}: ${why}`);
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
