import { must } from '../../process/must.ts';
import { os } from '../app/base.ts';
import type { Workspace } from '../app/workspace.ts';
import { type Backup, backupAt, backupFolders, backupsIn } from './backup.ts';
import { describeFailure } from './failures.ts';

const shown = ({ backups }: Workspace, backup: Backup) => {
  const { path, madeAt, bytes, byHand } = backup;
  return { token: backups.give(backup, path), madeAt, bytes, byHand };
};

export const backups = {
  list: os.backups.list.handler(({ context: { home, workspace }, input: { project } }) => {
    if (project === null) {
      const { backupFolder, project: own } = workspace.opened();
      return backupsIn([backupFolder], own.path).map((backup) => shown(workspace, backup));
    }
    const path = workspace.recent.pathOf(project);
    return backupsIn(backupFolders(path, home), path).map((backup) => shown(workspace, backup));
  }),
  make: os.backups.make.handler(async ({ context: { workspace } }) => {
    const { backups, backupFolder, project } = workspace.opened();
    const name = await backups.now().catch((error: unknown) => {
      throw describeFailure(error, project.path);
    });
    return shown(workspace, must(backupAt(backupFolder, name, project.path), 'backup'));
  }),
  restore: os.backups.restore.handler(async ({ context: { workspace }, input: { token, ...leaving } }) => {
    const restored = await workspace.restore(workspace.backups.take(token), leaving);
    return { project: restored ? workspace.now.project : null };
  }),
};
