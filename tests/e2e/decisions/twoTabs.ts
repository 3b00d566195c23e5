import type { Page } from 'playwright-core';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, painted, until } from '../story/story.ts';
import { startWebApp } from '../webApp.ts';
import { decidedOf, quietProject } from './project.ts';

const PRESSES = 200;
const DOCUMENTS = 120;
const LABELS = ['one', 'two', 'three'];
/** Seeded, so that a failure can be repeated. */
const SEED = 20_261_128;

type Value = 'yes' | 'no';
interface Tab {
  readonly name: string;
  readonly page: Page;
  /** What was pressed in this tab while its project was open: text → label → value. */
  readonly said: Map<string, Map<string, Value>>;
  readonly status: Map<string, 'draft' | 'done' | 'skipped'>;
  pressed: number;
}

/**
 * Two tabs of one app, each with a project of its own, and 200 random keys in each, in turns of random length. Only one
 * project is open at a time: a key that is pressed in the other tab must do nothing, in neither file.
 */
export async function twoTabs({ browser, home, check, picture }: Setting): Promise<void> {
  const texts = (name: string) => Array.from({ length: DOCUMENTS }, (_, i) => `${name} document ${i + 1}.`);
  const paths = ['left', 'right'].map((name) => {
    const project = quietProject(home, name, { labels: LABELS, texts: texts(name) });
    project.close();
    return project.path;
  });
  const app = await startWebApp(home, paths[0]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const first = await context.newPage();
  first.setDefaultTimeout(20_000);
  await first.goto(app.url);
  await first.locator('article').waitFor();
  // A window that the page opens has its session.
  const [second] = await Promise.all([
    context.waitForEvent('page'),
    first.evaluate(() => void window.open('/', '_blank')),
  ]);
  await second.locator('article').waitFor();
  const tabs: Tab[] = [first, second].map((page, i) => ({
    name: ['left', 'right'][i]!,
    page,
    said: new Map(),
    status: new Map(),
    pressed: 0,
  }));
  const [left, right] = tabs as [Tab, Tab];

  await check(
    'the second tab opens another project, and the first is told before it decides anything',
    async () => {
      await right.page.getByRole('button', { name: /all projects/ }).click();
      await right.page.getByRole('heading', { name: 'Entail' }).waitFor();
      // As if "right" had been opened there before: by its path, which a browser can't name.
      await app.open(paths[1]!);
      await right.page.reload();
      await right.page.locator('article').filter({ hasText: 'right document' }).waitFor();
      await left.page.bringToFront();
      await left.page.keyboard.press('1');
      await left.page.getByRole('heading', { name: '“left” is no longer open' }).waitFor();
      await picture(left.page, 'stale');
      await right.page.bringToFront();
    },
  );

  const random = seeded(SEED);
  await check(
    `${PRESSES} random keys in each of two tabs, interleaved: each decision in its own file`,
    async () => {
      let at = 1;
      while (tabs.some(({ pressed }) => pressed < PRESSES)) {
        const tab = tabs[at]!;
        const turn = 1 + random(12);
        // Sometimes keys are pressed blindly into a tab whose project is not open: they must do nothing.
        const blind = random(2) === 0;
        if (!blind) await comeBack(tab);
        for (let i = 0; i < turn && tab.pressed < PRESSES; i++) await press(tab, random);
        at = 1 - at;
      }
      for (const { page } of tabs)
        expectThat((await page.locator('[data-saving=failed]').count()) === 0, 'not saved');
    },
  );
  await context.close();
  await app.close();
  for (const [i, tab] of tabs.entries()) {
    await check(`the file of “${tab.name}” has what was pressed there, and nothing else`, async () => {
      const project = openProject(paths[i]!);
      const found = texts(tab.name).map((text, n) => [text, decidedOf(project, n + 1)] as const);
      project.close();
      let decisions = 0;
      for (const [text, { status, values }] of found) {
        const wanted = Object.fromEntries([...(tab.said.get(text) ?? [])].sort());
        decisions += Object.keys(wanted).length;
        const same = JSON.stringify(values) === JSON.stringify(wanted);
        expectThat(same, `${text}: ${JSON.stringify(values)} instead of ${JSON.stringify(wanted)}`);
        expectThat(status === (tab.status.get(text) ?? 'new'), `${text} is ${status}`);
      }
      // That the keys said something at all: many fall on the notice.
      expectThat(decisions > 20, `only ${decisions} decisions were made`);
    });
  }
}

/** Makes a tab's project the open one again, if it is not. */
async function comeBack({ name, page }: Tab): Promise<void> {
  await page.bringToFront();
  const again = page.getByRole('button', { name: `Open “${name}” again` });
  await until(
    async () => (await again.count()) + (await page.locator('article').count()) > 0,
    'neither a document nor the notice is there',
  );
  // The tab finds out when it is looked at; give that its turn.
  await page.waitForTimeout(100);
  if ((await again.count()) > 0) await again.click();
  await page.locator('article').waitFor();
}

const KEYS = ['1', '2', '3', 'Shift+1', 'Shift+2', 'Shift+3', 'Enter', '0', 's'] as const;

/** Presses a key, and notes what it says when the tab's project took it. */
async function press(tab: Tab, random: (n: number) => number): Promise<void> {
  const { page } = tab;
  tab.pressed += 1;
  const key = KEYS[random(KEYS.length)]!;
  const article = page.locator('article');
  const text = (await article.count()) > 0 ? (await article.innerText()).trim() : null;
  const values = text === null ? new Map<string, Value>() : await shownValues(page);
  await painted(page);
  await page.keyboard.press(key);
  const stale = page.getByRole('heading', { name: /is no longer open/ });
  if (text === null) return;
  // A key that is taken is saved; one that is not shows the notice.
  await page.waitForTimeout(20);
  await until(
    async () => (await stale.count()) > 0 || (await page.locator('[data-saving=saved]').count()) > 0,
    'the key is neither saved nor refused',
  );
  // Pressed before the tab knew: it is kept, and saved in its own file when that is open again.
  const kept = (await stale.count()) === 0 || (await page.getByText(/not saved yet/).count()) > 0;
  if (!kept) return;
  note(tab, { text, key, values });
  const asked = page.getByRole('alert').getByText(/no suggestion yet/);
  if (key === 'Enter' && (await stale.count()) === 0 && (await asked.count()) > 0) {
    // The rest stays open: “Wait” goes on, by the key that goes forward.
    await page.keyboard.press('.');
    await until(async () => (await asked.count()) === 0, 'it is still asked');
    await page.locator('[data-saving=saved]').waitFor();
    tab.status.set(text, 'draft');
  }
}

async function shownValues(page: Page): Promise<Map<string, Value>> {
  const rows = await page.locator('[data-label]').evaluateAll((elements) =>
    elements.map((element) => ({
      name: element.querySelector('.name bdi')?.textContent ?? '',
      value: element.classList.contains('yes') ? 'yes' : element.classList.contains('no') ? 'no' : null,
    })),
  );
  return new Map(rows.flatMap(({ name, value }) => (value === null ? [] : [[name, value as Value]])));
}

/** What a key that was taken says: worked out here by hand from what was shown before it. */
function note(
  tab: Tab,
  { text, key, values }: { text: string; key: string; values: Map<string, Value> },
): void {
  const label = LABELS[Number(key.at(-1)) - 1];
  if (label !== undefined) {
    const wanted = key.startsWith('Shift') ? 'no' : 'yes';
    if (values.get(label) === wanted) values.delete(label);
    else values.set(label, wanted);
    tab.status.set(text, 'draft');
  } else if (key === '0') {
    for (const name of LABELS) values.set(name, 'no');
    tab.status.set(text, 'done');
  } else if (key === 's') tab.status.set(text, 'skipped');
  // Without a suggestion Enter says nothing of labels that are undecided.
  else if (values.size === LABELS.length) tab.status.set(text, 'done');
  tab.said.set(text, values);
}

function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
