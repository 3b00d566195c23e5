import { parseArgs } from 'node:util';
import { armFollowed, armSaved } from './inPage.ts';
import { timed, withProjectInBrowser } from './largeInBrowser.ts';
import { makeLargeProject } from './makeLargeProject.ts';

/**
 * In a real Chromium through the web host: from the key that decides a document to what that decision taught in the bars of
 * the next one, and from a key to what it decided on the disk; milliseconds, the median and the 95th percentile; a Markdown table.
 *
 *   node bench/followed.ts [--documents 10000] [--labels 10] [--annotated 200] [--decisions 100]
 */
const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '10000' },
    labels: { type: 'string', default: '10' },
    annotated: { type: 'string', default: '200' },
    decisions: { type: 'string', default: '100' },
  },
});
const [documents, labels, annotated, decisions] = [
  options.documents,
  options.labels,
  options.annotated,
  options.decisions,
].map(Number) as [number, number, number, number];
const DIMENSIONS = 384;

await withProjectInBrowser(
  (path) => makeLargeProject(path, { documents, labels, annotated, dimensions: DIMENSIONS }),
  async (page) => {
    await page.getByRole('button', { name: /^large/ }).click();
    await page.locator('article .block').waitFor();
    // What the model says of more documents moves bars, too.
    await page.getByRole('button', { name: 'Stop suggesting' }).click();
    // The first decision reads all evidence.
    await timed(page, armSaved, () => page.keyboard.press('1'));
    await page.waitForTimeout(5000);
    const followed: number[] = [];
    const saved: number[] = [];
    for (let i = 0; i < decisions; i++) {
      saved.push(await timed(page, armSaved, () => page.keyboard.press(`${(i % 9) + 1}`)));
      await page.waitForTimeout(700);
      followed.push(await timed(page, armFollowed, () => page.keyboard.press('Enter')));
    }
    process.stdout.write(
      `| from a key (${documents} documents, ${labels} labels, ${annotated} annotated) | median | 95 % within | times |\n| --- | ---: | ---: | ---: |\n`,
    );
    tell("to what it taught in the next document's bars", followed);
    tell('to what it decided on the disk', saved);
  },
);

function tell(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  process.stdout.write(`| ${what} | ${at(0.5).toFixed(0)} | ${at(0.95).toFixed(0)} | ${times.length} |\n`);
}
