import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine/index.ts';
import { createRefreshJob, type RefreshJob } from './jobs/refreshing.ts';
import { createTrainingJob, type TrainingJob } from './jobs/training.ts';
import type { Project } from './project/file.ts';
import { projectName } from './recent.ts';
import { createSources, type Sources } from './sources.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** A project that is open in the app, with its background work. */
export interface OpenProject {
  readonly project: Project;
  readonly name: string;
  readonly training: TrainingJob;
  readonly suggestions: RefreshJob;
  /** Files to import. */
  readonly sources: Sources;
  /** What was written outside the project. */
  readonly exported: Tokens<string>;
  /** Suggestions may be stale: they are made again, after a training under way. */
  refresh(): void;
  /** Stops the background work and closes the file. */
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
  void readScores(project);
  const sources = await createSources(join(home, 'uploads'));
  return {
    project,
    name: projectName(project.path),
    training,
    suggestions,
    sources,
    exported: createTokens<string>('export'),
    refresh,
    async close() {
      closing = true;
      training.cancel();
      suggestions.stop();
      await Promise.all([training.settled(), suggestions.settled(), sources.close()]);
      project.close();
    },
  };
}

/** Into memory, piece by piece, before someone needs them all. */
async function readScores({ db, stores }: Project): Promise<void> {
  do await nextTurn();
  while (db.open && stores.suggestions.columns.readMore());
}

/** Runs that were under way when Entail was killed: they can be resumed. */
function settleRuns(project: Project): void {
  const { runs } = project.stores;
  const left = runs.all().filter(({ status }) => status === 'running');
  if (left.length === 0) return;
  project.write(() => {
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
