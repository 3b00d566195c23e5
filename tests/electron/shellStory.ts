import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Story } from '../e2e/story/story.ts';
import type { Checks } from './checks.ts';
import { launch, type ShellApp } from './launch.ts';

/** The story's host: the shell, whose dialogs are answered without showing. */
export interface ShellStory extends Story {
  close(): Promise<void>;
}

export async function shellStory({ check }: Checks, home: string): Promise<ShellStory> {
  let complaints: string[] = [];
  const files = join(home, 'files');
  mkdirSync(files, { recursive: true });
  const start = async (): Promise<ShellApp> => {
    const app = await launch({ home });
    listen(app.page);
    await answerDialogs(app, files);
    return app;
  };
  const listen = (page: Page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  };
  let app = await start();
  return {
    get page() {
      return app.page;
    },
    check,
    async giveFile({ name, text }) {
      const path = join(files, name);
      writeFileSync(path, text);
      await answerOpen(app, [path]);
      await app.page.getByRole('button', { name: 'Choose files…' }).click();
    },
    async restart() {
      await app.close();
      app = await start();
    },
    takeComplaints() {
      const taken = complaints;
      complaints = [];
      return taken;
    },
    close: () => app.close(),
  };
}

/** Files are saved in `folder` under the name that is suggested; questions get the first answer. */
export async function answerDialogs({ main }: ShellApp, folder: string): Promise<void> {
  await main?.evaluate(`(() => {
    const { join, basename } = process.mainModule.require('node:path');
    electron.dialog.showSaveDialog = async (...args) => {
      const { defaultPath } = args.at(-1);
      return { canceled: false, filePath: join(${JSON.stringify(folder)}, basename(defaultPath)) };
    };
    electron.dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    electron.shell.showItemInFolder = () => undefined;
  })()`);
}

export async function answerOpen({ main }: ShellApp, paths: readonly string[]): Promise<void> {
  await main?.evaluate(
    `void (electron.dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ${JSON.stringify(paths)} }))`,
  );
}
