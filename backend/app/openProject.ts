import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../engine/index.ts';
import { processLog } from '../../process/last.ts';
import { createRunningImports, type RunningImports } from '../importing/running.ts';
import { createSources, type Sources } from '../importing/sources.ts';
import { createTokens, type Tokens } from '../machine/tokens.ts';
import { type BackupJob, createBackupJob } from '../project/backingUp.ts';
import { backupFolder } from '../project/backup.ts';
import type { Project } from '../project/file.ts';
import { createExplanations, type Explanations } from '../suggesting/explaining.ts';
import { createRefreshJob, type RefreshJob } from '../suggesting/job.ts';
import { createTrainingJob, type TrainingJob } from '../training/job.ts';
import { nameOfProject } from './naming.ts';

/** What became of the project whose work stopped although nobody stopped it; kept with its run. */
export type Left = 'another' | 'closed' | 'ended';
const LEFT: Readonly<Record<Left, string>> = {
  another: 'Stopped because another project was opened.',
  closed: 'Stopped because the project was closed.',
  ended: 'Entail was closed while it ran.',
};

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
  readonly imports: RunningImports;
  /** Files to import. */
  readonly sources: Sources;
  /** What was written outside the project. */
  readonly exported: Tokens<Written>;
  /** Suggestions may be stale: they are made again, after a training under way. */
  refresh(): void;
  /** Stops the background work, makes a backup of what changed and closes the file; `why` is said of a training. */
  close(why: Left): Promise<void>;
}

/** Where an export is, and the path of each file that it wrote, by the name that is shown: in a folder "onnx/model.onnx". */
export interface Written {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
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
  settleRuns(project, LEFT.ended);
  void readScores(project, () => project.stores.damaged.found && refresh());
  const folder = backupFolder(project, home);
  const backups = createBackupJob(project, folder);
  const imports = createRunningImports();
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
    imports,
    sources,
    exported: createTokens<Written>('export'),
    refresh,
    async close(why) {
      closing = true;
      training.cancel(LEFT[why]);
      suggestions.stop();
      try {
        // A model being loaded is not waited for.
        const ended = await Promise.allSettled([
          Promise.race([training.settled(), delay(TRAINING_MS, undefined, { ref: false })]),
          Promise.race([suggestions.settled(), delay(SUGGESTING_MS, undefined, { ref: false })]),
          imports.stop(TRAINING_MS),
          sources.close(),
        ]);
        for (const end of ended) if (end.status === 'rejected') notEnded(end.reason);
        if (!project.readOnly) settleOrLeave(project, LEFT[why]);
        await backups.finish();
      } finally {
        // Whatever failed, as on a full disk: nobody could open it again before Entail ends.
        project.close();
      }
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

/** What fails while a project is closed keeps nobody from closing it. */
const notEnded = (error: unknown) => processLog().error('not-ended-in-order', error);

/** The next opening settles what could not be written now. */
function settleOrLeave(project: Project, why: string): void {
  try {
    settleRuns(project, why);
  } catch (error) {
    notEnded(error);
  }
}

/** Runs that were under way when Entail was killed or the project was left: they can be resumed. */
function settleRuns(project: Project, why: string): void {
  const { runs } = project.stores;
  const left = runs.all().filter(({ status }) => status === 'running');
  if (left.length === 0) return;
  project.derive(() => {
    for (const { id, report } of left) {
      runs.finish(id, {
        status: 'cancelled',
        at: new Date().toISOString(),
        report,
        error: why,
      });
    }
  });
}
