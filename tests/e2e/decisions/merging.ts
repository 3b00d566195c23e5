import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { openProject } from '../../../backend/project/file.ts';
import type { Setting } from '../decisions.ts';
import { expectThat, until } from '../story/story.ts';
import { startWebApp, type WebApp } from '../webApp.ts';
import { type OpenedPage, openedPage } from './openedPage.ts';
import { decidedOf, quietProject } from './project.ts';

const TEXTS = ['Late and dear.', 'Only late.', 'Only dear.', 'Neither.', 'Nobody looked.'];
const [LATE, DELAYED, DEAR] = [1, 2, 3];

/** What each document says of labels that are there, as "Delayed- Late+ done"; answers of others are kept for undoing. */
function told(path: string): string[] {
  const project = openProject(path);
  try {
    return TEXTS.map((_, i) => {
      const { values, status } = decidedOf(project, i + 1);
      const there = Object.entries(values).filter(([name]) => name !== '');
      const words = there.map(([name, value]) => `${name}${value === 'yes' ? '+' : '-'}`);
      return [...words, status].join(' ');
    });
  } finally {
    project.close();
  }
}

/**
 * Labels are merged and deleted where answers contradict each other, taken back at once, and after other acts and a
 * restart: decisions in the file are those that were there, and what was decided since stays.
 */
export async function merging({ browser, home, check, picture }: Setting): Promise<void> {
  const project = quietProject(home, 'merging', { labels: ['Late', 'Delayed', 'Dear'], texts: TEXTS });
  const { path } = project;
  annotate(project, 'Ada', [
    // Late and Delayed contradict each other in the first two.
    decided(1, { yes: [DELAYED, DEAR], no: [LATE] }),
    decided(2, { yes: [LATE], no: [DELAYED, DEAR] }),
    decided(3, { yes: [DEAR], no: [LATE, DELAYED] }),
    decided(4, { yes: [], no: [LATE, DELAYED, DEAR] }),
  ]);
  project.close();
  const before = told(path);
  let app: WebApp | undefined;
  let opened: OpenedPage | undefined;
  const start = async () => {
    app = await startWebApp(home, path);
    opened = await openedPage(browser, app.url);
    await opened.screen('Labels');
    return opened.page;
  };
  /** Ends the app and reads the file. */
  const ended = async () => {
    await opened?.context.close();
    await app?.close();
    return told(path);
  };
  const choose = async (name: string) => {
    await opened!.page.getByRole('list', { name: 'Labels' }).getByText(name, { exact: true }).click();
    await until(
      async () => (await opened!.page.getByLabel('Name', { exact: true }).inputValue()) === name,
      `"${name}" is not open`,
    );
  };
  const merge = async () => {
    await choose('Delayed');
    const { page } = opened!;
    await page.getByLabel('Merge into', { exact: true }).selectOption({ label: 'Late' });
    await page.getByText('contradict each other in 2 documents: merged, that is a yes').waitFor();
    await picture(page, 'merge-conflicts');
    await page.getByRole('button', { name: /^(Merge into|Give).*Late/ }).click();
    await page.getByText('“Delayed” was merged into “Late”.').waitFor();
  };
  const back = (name: string) =>
    opened!.page.getByRole('list', { name: 'Labels' }).getByText(name, { exact: true }).waitFor();
  const merged = ['Dear+ Late+ done', 'Dear- Late+ done', 'Dear+ Late- done', 'Dear- Late- done', 'new'];

  const same = (found: readonly string[], wanted: readonly string[]) =>
    expectThat(found.join('|') === wanted.join('|'), `the file has ${found.join('|')}`);
  const undoOnScreen = async () => {
    await opened!.page.getByRole('main').getByRole('button', { name: 'Undo', exact: true }).click();
    await back('Delayed');
  };

  let page = await start();
  const shown = () => page;
  await check(
    'a merge gives its yeses to the other label, also where that had a no',
    async () => {
      await merge();
      await picture(page, 'merged');
      same(await ended(), merged);
    },
    shown,
  );
  page = await start();
  await check(
    'after a restart the merge is undone: the file has what it had',
    async () => {
      await undoOnScreen();
      await picture(page, 'unmerged');
      same(await ended(), before);
    },
    shown,
  );
  page = await start();
  await check(
    'undone by its notice, too',
    async () => {
      await merge();
      await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
      await back('Delayed');
      same(await ended(), before);
    },
    shown,
  );
  page = await start();
  await check(
    'what was decided after a merge stays when it is undone; all else is as before',
    async () => {
      await merge();
      await ended();
      const later = openProject(path);
      annotate(later, 'Ada', [
        { ...decided(1, { yes: [], no: [DEAR] }), status: 'done' },
        { ...decided(2, { yes: [], no: [LATE] }), status: 'done' },
      ]);
      later.close();
      page = await start();
      await undoOnScreen();
      same(await ended(), ['Dear- Delayed+ Late- done', 'Dear- Delayed- Late- done', ...before.slice(2)]);
    },
    shown,
  );
  page = await start();
  await check(
    'a label that was deleted comes back after a restart, with its answers',
    async () => {
      await choose('Delayed');
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('“Delayed” was deleted').first().waitFor();
      same(await ended(), [
        'Dear- Late- done',
        'Dear- Late- done',
        'Dear+ Late- done',
        'Dear- Late- done',
        'new',
      ]);
      page = await start();
      await undoOnScreen();
      same(await ended(), ['Dear- Delayed+ Late- done', 'Dear- Delayed- Late- done', ...before.slice(2)]);
    },
    shown,
  );
}
