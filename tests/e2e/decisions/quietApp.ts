import { suggestToAll } from '../../support/evidence.ts';
import type { Setting } from '../decisions.ts';
import { startWebApp } from '../webApp.ts';
import { openedPage } from './openedPage.ts';
import { quietProject } from './project.ts';

/**
 * A quiet project all of whose documents have the same suggestions (label → log-odds), so that Enter asks nothing; open at
 * the first of them, in order, which has the focus.
 */
export async function quietApp(
  { browser, home }: Pick<Setting, 'browser' | 'home'>,
  name: string,
  {
    labels,
    texts,
    odds,
  }: {
    readonly labels: readonly string[];
    readonly texts: readonly string[];
    readonly odds: ReadonlyMap<number, number>;
  },
) {
  const project = quietProject(home, name, { labels, texts });
  const { path } = project;
  suggestToAll(project, odds);
  project.close();
  const app = await startWebApp(home, path);
  const opened = await openedPage(browser, app.url);
  await opened.page.locator('.queue select').selectOption('order');
  await opened.shows(texts[0] ?? '');
  await opened.page.locator('article').focus();
  return { ...opened, app, path };
}
