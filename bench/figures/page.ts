import type { Browser, Page } from 'playwright-core';
import { type OpenedPage, openedPage } from '../../tests/e2e/decisions/openedPage.ts';
import { until } from '../../tests/e2e/story/story.ts';

const PATIENCE_MS = 600_000;
/** A person accepts what has been before the eyes for longer than the page takes for unseen (`annotate/unseen.ts`). */
const SEEING_MS = 600;

/** A label as the page shows it. */
interface ShownLabel {
  readonly name: string;
  readonly key: string;
  readonly value: 'yes' | 'no' | null;
  /** What Enter would make of it; null: there is no suggestion yet. */
  readonly suggested: boolean | null;
}

/** What Evaluate shows of all labels, in per cent; null: a dash, or nothing to measure on. */
export interface ShownFigures {
  readonly documents: number;
  readonly macroF1: number;
  readonly low: number;
  readonly high: number;
}

/** Somebody who knows all answers, at the app's page in a real browser: presses keys at a steady pace, reads, clicks. */
export interface PageAnnotator {
  /** Adds a label with its sentence, and goes back to the document. */
  addLabel(name: string, sentence: string): Promise<void>;
  /** Goes to the open document. */
  annotate(): Promise<void>;
  /** Decides the open document for all labels that there are, and finishes it. */
  decide(answers: (text: string) => ReadonlySet<string>): Promise<void>;
  /** epochs: at most; absent: as the app has it. */
  train(epochs?: string): Promise<void>;
  figures(): Promise<ShownFigures | null>;
  /** Until every key is in the project's file. */
  saved(): Promise<void>;
  /** Until nothing is being suggested any more. */
  settled(): Promise<void>;
  readonly keys: number;
  close(): Promise<void>;
}

/** keyMs: from one key to the next, at least. */
export async function pageAnnotator(browser: Browser, url: string, keyMs: number): Promise<PageAnnotator> {
  const opened = await openedPage(browser, url, 1100);
  const { page, text, screen } = opened;
  const press = pressing(page, keyMs);
  const annotate = async () => {
    await screen('Annotate');
    await page.locator('article').waitFor();
    await page.locator('article').focus();
  };
  return {
    annotate,
    saved: () => page.locator('[data-saving=saved]').waitFor(),
    async addLabel(name, sentence) {
      await screen('Labels');
      await page.getByLabel('New label').fill(name);
      await page.keyboard.press('Enter');
      const list = page.getByRole('list', { name: 'Labels' });
      await list.getByText(name, { exact: true }).waitFor();
      await page.getByLabel('Name', { exact: true }).waitFor();
      await until(
        async () => (await page.getByLabel('Name', { exact: true }).inputValue()) === name,
        'another label is open',
      );
      await page.getByLabel('Sentence', { exact: true }).fill(sentence);
      await page.keyboard.press('Enter');
      await annotate();
      await page.locator('[data-label]').filter({ hasText: name }).first().waitFor();
    },
    async decide(answers) {
      const before = await text();
      const yes = answers(before);
      await answerAll({ opened, press, before, yes });
    },
    async train(epochs) {
      await screen('Train');
      const region = page.getByRole('region', { name: 'What the training works with' });
      if (epochs !== undefined) {
        await region.getByText('Advanced settings').click();
        await region.getByLabel('Epochs at most').fill(epochs);
        await region.getByLabel('Epochs at most').press('Tab');
      }
      await region.getByRole('button', { name: 'Train', exact: true }).click();
    },
    async figures() {
      await screen('Evaluate');
      const nothing = page.getByText('Nothing to measure on yet');
      const all = page.getByRole('region', { name: 'In all' });
      await nothing.or(all).first().waitFor({ timeout: PATIENCE_MS });
      if ((await nothing.count()) > 0) return null;
      const shown = await all.locator('dl > div').first().textContent();
      const documents = await all.locator('p strong').textContent();
      return read(shown ?? '', documents ?? '');
    },
    async settled() {
      const working = page.getByRole('progressbar', { name: 'Suggesting labels' });
      await page.waitForTimeout(1000);
      await until(async () => (await working.count()) === 0, 'suggestions do not end', PATIENCE_MS);
    },
    get keys() {
      return press.count();
    },
    close: () => opened.context.close(),
  };
}

function pressing(page: Page, keyMs: number) {
  let last = 0;
  let count = 0;
  /** A person who knows the answers looks until the key is pressed. */
  const ready = async () => {
    const wait = last + keyMs - performance.now();
    if (wait > 0) await page.waitForTimeout(wait);
  };
  const press = async (key: string) => {
    await ready();
    last = performance.now();
    count += 1;
    await page.keyboard.press(key);
  };
  return Object.assign(press, { ready, count: () => count });
}

/**
 * Looks, presses a key, looks again, as a person does who sees suggestions come and change: what differs from the answers
 * is set right label by label, and the rest is accepted once it has stood still for a moment.
 */
async function answerAll({
  opened: { page, text },
  press,
  before,
  yes,
}: {
  opened: OpenedPage;
  press: ReturnType<typeof pressing>;
  before: string;
  yes: ReadonlySet<string>;
}): Promise<void> {
  const asked = page.getByRole('alert').getByText(/no suggestion yet/);
  for (let tries = 0; tries < 200; tries++) {
    await press.ready();
    if ((await text()) !== before) return;
    const { labels, unchangedMs } = await seen(page);
    const wrong = labels.find(({ name, value, suggested }) =>
      yes.has(name)
        ? !(value === 'yes' || (value === null && suggested))
        : value === 'yes' || (value === null && suggested),
    );
    if (wrong) {
      await press(yes.has(wrong.name) ? wrong.key : `Shift+${wrong.key}`);
      continue;
    }
    if (unchangedMs < SEEING_MS) {
      await page.waitForTimeout(SEEING_MS - unchangedMs);
      continue;
    }
    const none = labels.every(({ name }) => !yes.has(name));
    const unknown = labels.every(({ value, suggested }) => value === null && suggested === null);
    await press((await asked.count()) > 0 || (none && unknown) ? '0' : 'Enter');
    // The next document, or a question.
    for (let waits = 0; waits < 10 && (await text()) === before && (await asked.count()) === 0; waits++)
      await page.waitForTimeout(50);
  }
  throw new Error(`The document does not end: ${before.slice(0, 80)}`);
}

/** The labels as they are shown, and for how long they and the document have been so. */
const seen = (page: Page): Promise<{ labels: ShownLabel[]; unchangedMs: number }> =>
  page.evaluate(() => {
    const look = () =>
      [...document.querySelectorAll('[data-label]')].map((row) => {
        const has = (name: string) => row.classList.contains(name);
        return {
          name: row.querySelector('.name bdi')?.textContent ?? '',
          key: (row.querySelector('kbd')?.textContent ?? '').toLowerCase(),
          value: has('yes') ? ('yes' as const) : has('no') ? ('no' as const) : null,
          suggested: row.querySelector('.bar') ? has('suggested') : null,
        };
      });
    const all = () => JSON.stringify([document.querySelector('article')?.textContent, look()]);
    const watching = window as Window & { shown?: { what: string; since: number } };
    if (!watching.shown) {
      watching.shown = { what: all(), since: performance.now() };
      new MutationObserver(() => {
        const what = all();
        if (what !== watching.shown?.what) watching.shown = { what, since: performance.now() };
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    }
    return { labels: look(), unchangedMs: performance.now() - watching.shown.since };
  });

/** "81.2% 70.1 to 88.0 …" and "31 documents". */
function read(shown: string, documents: string): ShownFigures | null {
  const figure = /(\d+(?:\.\d+)?)\s*%\s*(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)/.exec(shown);
  const count = /^([\d,]+)/.exec(documents.trim());
  if (!figure || !count) return null;
  const [macroF1, low, high] = figure.slice(1).map((value) => Number(value) / 100) as [
    number,
    number,
    number,
  ];
  return { documents: Number(count[1]!.replaceAll(',', '')), macroF1, low, high };
}
