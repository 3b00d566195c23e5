import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { armNextDocument, armOpening, armSaved, armSearch } from './inPage.ts';
import { timed, withProjectInBrowser } from './largeInBrowser.ts';
import { makeLargeProject } from './makeLargeProject.ts';

/**
 * How long the interface takes with 100,000 documents, in a real Chromium through the web host, from the key press to
 * what is seen: `node bench/interface.ts [FILE]` (a project of makeLargeProject.ts; made where it is missing).
 * Beside the wall clock stands the CPU time of the page's main thread and of the backend, since other programs disturb.
 * `--documents N` annotates fewer than 500. What was measured is written to
 * bench/results too; `--json` prints that instead of the table.
 */
const WORDS = ['bado', 'kola', 'su', 'lo ma', 'ta ko'];
const TARGETS = { open: 1000, toggle: 50, next: 50, search: 100 } as const;

interface Result {
  readonly what: keyof typeof TARGETS;
  readonly times: number;
  readonly p50: number;
  readonly p95: number;
  readonly pageCpu: number;
  readonly backendCpu: number;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, documents: { type: 'string', default: '500' } },
});
const { json } = options;
const [given] = positionals;
const TIMES = { toggles: 100, documents: Number(options.documents), openings: 5 };
const write = (path: string) => {
  if (given !== undefined && existsSync(given)) copyFileSync(given, path);
  else {
    makeLargeProject(path);
    if (given !== undefined) copyFileSync(path, given);
  }
};
await withProjectInBrowser(write, async (page) => {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' }).catch(() => undefined);
  await client.send('Performance.enable');
  const results = await measureAll(page, client);
  tell(results, await heap(client));
});

async function measureAll(page: Page, client: CDPSession): Promise<Result[]> {
  const open = await measure('open', client, TIMES.openings, async (i) => {
    if (i > 0) {
      await page.locator('button.project').click();
      await page.getByRole('heading', { name: 'Entail' }).waitFor();
    }
    const large = page.getByRole('button', { name: /^large/ });
    await large.waitFor();
    return timed(page, armOpening, () => large.click());
  });
  // A large project shows its first document before what is suggested for it.
  await page.locator('li[data-label] .filled').first().waitFor();
  const toggle = await measure('toggle', client, TIMES.toggles, async (i) => {
    return timed(page, armSaved, () => page.keyboard.press(`${(i % 9) + 1}`));
  });
  const next = await measure('next', client, TIMES.documents, async () => {
    return timed(page, armNextDocument, () => page.keyboard.press('Enter'));
  });
  await page.keyboard.press('Control+2');
  await page.getByRole('grid').waitFor();
  const letters = WORDS.flatMap((word) => [...word, ...Array<string>(word.length).fill('Backspace')]);
  await page.getByRole('searchbox').focus();
  const search = await measure('search', client, letters.length, async (i) => {
    return timed(page, armSearch, () => page.keyboard.press(letters[i]!));
  });
  return [open, toggle, next, search];
}

/** `act` gives the milliseconds that the page measured. */
async function measure(
  what: Result['what'],
  client: CDPSession,
  times: number,
  act: (i: number) => Promise<number>,
): Promise<Result> {
  const walls: number[] = [];
  const pageBefore = await pageSeconds(client);
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) walls.push(await act(i));
  const { user, system } = process.cpuUsage(before);
  const sorted = walls.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  process.stderr.write(`${what}: ${at(0.5).toFixed(1)} ms, 95 % within ${at(0.95).toFixed(1)} ms\n`);
  const pageCpu = (1000 * ((await pageSeconds(client)) - pageBefore)) / times;
  return { what, times, p50: at(0.5), p95: at(0.95), pageCpu, backendCpu: (user + system) / 1000 / times };
}

async function pageSeconds(client: CDPSession): Promise<number> {
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

/** Bytes of the page's JavaScript heap that are in use, garbage collected. */
async function heap(client: CDPSession): Promise<number> {
  await client.send('HeapProfiler.collectGarbage');
  return (await client.send('Runtime.getHeapUsage')).usedSize;
}

function tell(results: readonly Result[], heapBytes: number): void {
  const [processor] = cpus();
  const machine = { processor: processor?.model ?? '', cores: cpus().length, load: loadavg()[0] };
  const measured = JSON.stringify(
    { machine, documents: TIMES.documents, results, heapBytes, targets: TARGETS },
    null,
    2,
  );
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `interface-${new Date().toISOString().slice(0, 10)}.json`), `${measured}\n`);
  if (json) {
    console.log(measured);
    return;
  }
  const number = (ms: number) => ms.toFixed(1).padStart(8);
  for (const { what, times, p50, p95, pageCpu, backendCpu } of results) {
    const met = p95 <= TARGETS[what] ? 'met' : 'missed';
    console.log(
      `${what.padEnd(8)} ${String(times).padStart(4)} times, ms: p50 ${number(p50)}  p95 ${number(p95)}  ` +
        `page CPU ${number(pageCpu)}  backend and driver CPU ${number(backendCpu)}  target ${TARGETS[what]} ${met}`,
    );
  }
  console.log(`heap     ${(heapBytes / 1e6).toFixed(1)} MB after ${TIMES.documents} documents`);
}
