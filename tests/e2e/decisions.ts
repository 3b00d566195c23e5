import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { alive } from './decisions/alive.ts';
import { cases } from './decisions/cases.ts';
import { disputed } from './decisions/disputed.ts';
import { documents } from './decisions/documents.ts';
import { fastKeys } from './decisions/fastKeys.ts';
import { fewDocuments } from './decisions/fewDocuments.ts';
import { fields } from './decisions/fields.ts';
import { germanRows } from './decisions/germanRows.ts';
import { halfScored } from './decisions/halfScored.ts';
import { hostile } from './decisions/hostile/story.ts';
import { imports } from './decisions/imports.ts';
import { languages } from './decisions/languages.ts';
import { learning } from './decisions/learning.ts';
import { merging } from './decisions/merging.ts';
import { newerModel } from './decisions/newerModel.ts';
import { nothingLeft } from './decisions/nothingLeft.ts';
import { notices } from './decisions/notices.ts';
import { otherTab } from './decisions/otherTab.ts';
import { outdated } from './decisions/outdated.ts';
import { progress } from './decisions/progress.ts';
import { readings } from './decisions/readings.ts';
import { restarted } from './decisions/restarted.ts';
import { results } from './decisions/results.ts';
import { slips } from './decisions/slips.ts';
import { steadyMarks } from './decisions/steadyMarks.ts';
import { supportLead } from './decisions/supportLead.ts';
import { testSample } from './decisions/testSample.ts';
import { trash } from './decisions/trash.ts';
import { twoTabs } from './decisions/twoTabs.ts';
import { typing } from './decisions/typing.ts';
import { wayBack } from './decisions/wayBack.ts';
import { temporaryHome } from './webApp.ts';

/**
 * That a decision is exactly what the person meant, in a real Chromium through the web host. ENTAIL_CHROMIUM names the
 * browser, ENTAIL_PICTURES a folder for what was to be seen. Arguments name the stories to tell; all without any.
 */
const executable = process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium';
const pictures = process.env.ENTAIL_PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

export interface Setting {
  readonly browser: Browser;
  readonly home: string;
  check(what: string, test: () => Promise<void>, page?: () => Page): Promise<void>;
  /** Keeps what is to be seen, for who wants to look at it. */
  picture(page: Page, name: string): Promise<void>;
}

let passed = 0;
let failed = 0;
const { home, remove } = temporaryHome();
const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
};
const setting: Setting = {
  browser,
  home,
  picture,
  async check(what, test, page) {
    try {
      await test();
      passed += 1;
      console.log(`ok   ${what}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${what}: ${String(error).split('\n').slice(0, 4).join(' ')}`);
      if (page) await picture(page(), `failed-${failed}`).catch(() => undefined);
    }
  },
};
try {
  const stories = {
    learning,
    halfScored,
    steadyMarks,
    slips,
    wayBack,
    cases,
    imports,
    merging,
    newerModel,
    readings,
    twoTabs,
    otherTab,
    outdated,
    typing,
    fastKeys,
    documents,
    fewDocuments,
    fields,
    disputed,
    testSample,
    nothingLeft,
    germanRows,
    notices,
    restarted,
    trash,
    languages,
    results,
    supportLead,
    progress,
    alive,
    hostile,
  };
  const wanted = process.argv.slice(2);
  for (const [name, story] of Object.entries(stories))
    if (wanted.length === 0 || wanted.includes(name)) await story(setting);
} catch (error) {
  failed += 1;
  console.log('FAIL', error);
} finally {
  await browser.close();
  remove();
}
console.log(`${passed} passed, ${failed} failed`);
// What a test that failed left open does not keep this process.
process.exit(failed === 0 ? 0 : 1);
