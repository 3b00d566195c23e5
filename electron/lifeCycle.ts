import { app } from 'electron';
import type { Log } from '../process/log.ts';
import { projectsNamed } from './openFile.ts';

export interface LifeCycle {
  show(): void;
  openProjects(paths: readonly string[]): void;
  /** Closes everything in order. */
  stop(): Promise<void>;
}

/** A second start shows the first; the app ends when its window does (macOS: when asked), the project closed first. */
export function followLifeCycle({ show, openProjects, stop }: LifeCycle): void {
  let stopped = false;
  app.on('second-instance', (_event, argv, cwd) => {
    show();
    openProjects(projectsNamed({ argv, cwd, packaged: app.isPackaged }));
  });
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

/** What ended and where, for the log. What the processes held stays on no disk: there are no memory dumps. */
export function logCrashes(log: Log): void {
  app.on('render-process-gone', (_event, contents, { reason, exitCode }) => {
    log.write('page-ended', { reason, exitCode });
    if (reason !== 'clean-exit') contents.reload();
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    log.write('helper-ended', { type, reason, exitCode });
  });
}
