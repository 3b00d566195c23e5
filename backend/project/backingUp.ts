import { backUp } from './backup.ts';
import type { Project } from './file.ts';

/** Backups while a project is open: every quarter of an hour in which something changed, and at the end. */
export interface BackupJob {
  /** One more where something changed since the last; nothing begins after it. Never fails. */
  finish(): Promise<void>;
  /** One that someone asked for, whether something changed or not. Returns its name; throws what copying throws. */
  now(): Promise<string>;
}

const EVERY_MS = 15 * 60_000;

export function createBackupJob(project: Project, folder: string, everyMs = EVERY_MS): BackupJob {
  const changes = () => project.changes();
  let saved = changes();
  let work: Promise<void> = Promise.resolve();
  const next = () => {
    work = work.then(async () => {
      if (!project.open || changes() === saved) return;
      const before = changes();
      // A backup that can't be written must not keep anyone from working.
      const done = await backUp(project, folder).then(
        () => true,
        () => false,
      );
      if (done) saved = before;
    });
    return work;
  };
  const now = () => {
    const made = work.then(async () => {
      const before = changes();
      const name = await backUp(project, folder, { byHand: true });
      saved = before;
      return name;
    });
    work = made.then(
      () => undefined,
      () => undefined,
    );
    return made;
  };
  const timer = setInterval(() => void next(), everyMs);
  timer.unref();
  return {
    now,
    finish() {
      clearInterval(timer);
      return next();
    },
  };
}
