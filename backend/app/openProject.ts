import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../engine/index.ts';
import { createSources, type Sources } from '../importing/sources.ts';
import { createTokens, type Tokens } from '../machine/tokens.ts';
import { type BackupJob, createBackupJob } from '../project/backingUp.ts';
import { backupFolder } from '../project/backup.ts';
import type { Project } from '../project/file.ts';
import { createExplanations, type Explanations } from '../suggesting/explaining.ts';
import { createRefreshJob, type RefreshJob } from '../suggesting/job.ts';
import { createTrainingJob, type TrainingJob } from '../training/job.ts';
import { nameOfProject } from './naming.ts';

/** A project that is open in the app, with its background work. */
export interface OpenProject {
  readonly project: Project;
  /** What it is called: the name that it was given, else its file's. */
  readonly name: string;
  readonly training: TrainingJob;
  readonly suggestions: RefreshJob;
  readonly explanations: Explanations;
  readonly backups: BackupJob;
  /** Where they go. */
  readonly backupFolder: string;
  /** Files to import. */
  readonly sources: Sources;
  /** What was written outside the project. */
  readonly exported: Tokens<string>;
  /** Suggestions may be stale: they are made again, after a training under way. */
  refresh(): void;
  /** Stops the background work, makes a backup of what changed and closes the file. */
  close(): Promise<void>;
}

export async function asOpenProject(
  project: Project,
  { engine, home }: { engine: Engine; home: string },
): Promise<OpenProject> {
  let closing = false;
  const suggestions = createRefreshJob(project, engine);
  const refresh = () => {
    if (!closing && !training.running) suggestions.restart();
  };
  const training = createTrainingJob({ onEnd: refresh });
  settleRuns(project);
  void readScores(project, () => project.stores.damaged.found && refresh());
  const folder = backupFolder(project, home);
  const backups = createBackupJob(project, folder);
  const sources = await createSources(join(home, 'uploads'));
  let name = nameOfProject(project);
  return {
    project,
    get name() {
      // Asked for also while the project is opened anew after a failure.
      if (project.open) name = nameOfProject(project);
      return name;
    },
    training,
    suggestions,
    explanations: createExplanations(project, engine),
    backups,
    backupFolder: folder,
    sources,
    exported: createTokens<string>('export'),
    refresh,
    async close() {
      closing = true;
      training.cancel();
      suggestions.stop();
      // A run that does not end in time is settled at the next start; a model being loaded is not waited for.
      await Promise.all([
        Promise.race([training.settled(), delay(TRAINING_MS, undefined, { ref: false })]),
        Promise.race([suggestions.settled(), delay(SUGGESTING_MS, undefined, { ref: false })]),
        sources.close(),
      ]);
      await backups.finish();
      project.close();
    },
  };
}

/** How long closing waits for work to stop. */
const TRAINING_MS = 5000;
const SUGGESTING_MS = 500;

/** Into memory, piece by piece, before someone needs them all. `onRead`: when all are. */
async function readScores(project: Project, onRead: () => void): Promise<void> {
  do await nextTurn();
  while (project.open && project.stores.evidence.columns.readMore());
  if (project.open) onRead();
}

/** Runs that were under way when Entail was killed: they can be resumed. */
function settleRuns(project: Project): void {
  const { runs } = project.stores;
  const left = runs.all().filter(({ status }) => status === 'running');
  if (left.length === 0) return;
  project.derive(() => {
    for (const { id, report } of left) {
      runs.finish(id, {
        status: 'cancelled',
        at: new Date().toISOString(),
        report,
        error: 'Entail was closed while it ran.',
      });
    }
  });
}
