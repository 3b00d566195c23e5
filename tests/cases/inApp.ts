import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { readLabelsFile } from '../../backend/importing/labelsFile.ts';
import { addLabels } from '../../backend/labels/labels.ts';
import { createProject } from '../../backend/project/file.ts';
import { startWebApp } from '../e2e/webApp.ts';
import { compared } from './compare.ts';
import type { Step } from './expectations.ts';
import { type Heard, importScreen, listen, WAIT_MS } from './importScreen.ts';
import { documentsIn } from './projectState.ts';

/** Why a step has no way through the import screen; undefined: it has one. */
export const notInApp = ({ answers }: Step): string | undefined =>
  answers === undefined ? undefined : 'answers by id are read by the command line alone';

/** Imports at the screen of one app in one window, each into a project of its own. */
export interface AppCases {
  /** What differs from what a person should get who imports the files of a step, in words. */
  differences(given: { folder: string; step: Step; name: string }): Promise<string[]>;
  close(): Promise<void>;
}

export async function appCases(browser: Browser, home: string): Promise<AppCases> {
  const at = (name: string) => join(home, `${name}.entail`);
  mkdirSync(home);
  await makeProject(at('between cases'));
  const app = await startWebApp(home, at('between cases'));
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, locale: 'en-US' });
  page.setDefaultTimeout(WAIT_MS);
  await listen(page);
  await page.goto(app.url);
  /** What came of it at the screen. */
  async function imported(folder: string, { files, options = [] }: Step): Promise<Seen> {
    await page.reload();
    await page.getByRole('heading', { name: 'Import', level: 1 }).waitFor();
    const screen = importScreen(page);
    await screen.give(files.map((file) => join(folder, file)));
    for (let i = 0; i < options.length; i += 2) await screen.say(options[i] ?? '', options[i + 1] ?? '');
    const before = await screen.words();
    const started = await screen.start();
    return { ...(await screen.heard()), started, words: `${before}\n${await screen.words()}` };
  }
  return {
    async differences({ folder, step, name }) {
      await makeProject(at(name), step.labels && join(folder, step.labels));
      await app.open(at(name));
      // Another project is open afterwards, so that this one can be read.
      const seen = await imported(folder, step).finally(() => app.open(at('between cases')));
      return differing(step, seen, documentsIn(at(name)));
    },
    async close() {
      await page.close();
      await app.close();
    },
  };
}

interface Seen extends Heard {
  /** Whether the import could be started. */
  readonly started: boolean;
  readonly words: string;
}

const Outcome = z.object({
  newLabels: z.array(z.string()).default([]),
  firstProblems: z.array(z.object({ message: z.string() })),
  differing: z.int().optional(),
});
/** The line or record of a row that was refused, from the sentence about it. */
const LINE = /, (?:line|record) (\d+): /;
/** The sentence about one that has the id of another text. */
const CHANGED = /belongs to another text/;

function differing(step: Step, seen: Seen, documents: readonly string[]): string[] {
  const { failures, census, done, started, words } = seen;
  if (step.fails !== undefined)
    return [
      ...(done === undefined ? [] : ['it was imported']),
      ...(failures.includes(step.fails) ? [] : [`it failed with ${failures.join(', ') || 'nothing'}`]),
      ...(documents.length === 0 ? [] : ['there are documents all the same']),
    ];
  const nothing = step.count === 0;
  if (started === nothing)
    return [`Import ${started ? 'could' : "can't"} be pressed: ${failures.join(', ')}`];
  const told = step.toldInApp ?? step.told;
  const untold = told?.test(words) === false ? [`${told} is not told: ${words}`] : [];
  if (nothing) return untold;
  const { newLabels, firstProblems, differing: differingCount } = Outcome.parse(done ?? census);
  const refused = firstProblems.map(({ message }) => Number(LINE.exec(message)?.[1]));
  const changed = firstProblems.filter(({ message }) => CHANGED.test(message)).length;
  const report = { ...done, differingCount, changed };
  return [...compared(step, { documents, newLabels, refused, report }), ...untold];
}

/** With a model that nobody has, so that nothing is suggested meanwhile. */
async function makeProject(path: string, labelsFile?: string): Promise<void> {
  const labels =
    labelsFile === undefined
      ? [{ name: 'unused here', hypotheses: ['This is used nowhere.'] }]
      : await readLabelsFile(labelsFile);
  const project = createProject(path);
  try {
    project.write(() => project.stores.settings.set('model', 'nobody/has-this'));
    addLabels(project, labels);
  } finally {
    project.close();
  }
}
