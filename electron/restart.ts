import { app, dialog } from 'electron';
import type { Dialogs } from './dialogs.ts';
import { restartArguments, wasRestarted } from './restartArguments.ts';

const STOPPING_MS = 12_000;
let begun = false;

/**
 * After a failure that nobody caught: closes the project and its processes, and starts the app once more with the same
 * project. When that start fails too within a minute, it says so and ends.
 */
export async function restartInOrder({
  stop,
  project,
}: {
  stop(): Promise<void>;
  project(): string | null;
}): Promise<void> {
  if (begun) return;
  begun = true;
  const args = restartArguments(process.argv, {
    packaged: app.isPackaged,
    project: project(),
    now: Date.now(),
  });
  const late = new Promise<void>((resolve) => setTimeout(resolve, STOPPING_MS));
  await Promise.race([stop().catch(() => undefined), late]);
  // An AppImage is started by its own name: the executable within is gone with the process.
  const execPath = process.env.APPIMAGE;
  if (args) app.relaunch({ args, ...(execPath !== undefined && { execPath }) });
  else {
    dialog.showErrorBox(
      'Entail failed twice within a minute.',
      'All that was decided is in the project file. Start Entail again; its log says what failed.',
    );
  }
  app.exit(1);
}

/** Tells the person, once the new start has its window. */
export function sayRestarted(argv: readonly string[], { sayFailure }: Dialogs): void {
  if (!wasRestarted(argv)) return;
  void sayFailure(
    'Entail failed and was started again.',
    'All that was decided is in the project file. Settings show the folder of the log, which says what failed.',
  );
}
