import { annotations } from './annotating/procedures.ts';
import { os } from './app/base.ts';
import { app, projects } from './app/procedures.ts';
import { documents } from './documents/procedures.ts';
import { summaryOf } from './documents/summary.ts';
import { evaluation } from './evaluating/procedures.ts';
import { exports } from './exporting/procedures.ts';
import { imports } from './importing/procedures.ts';
import { labels } from './labels/procedures.ts';
import { foreignModel } from './models/agreed.ts';
import { settings } from './models/procedures.ts';
import { progress } from './progress/procedures.ts';
import { backups } from './project/procedures.ts';
import { suggestions } from './suggesting/procedures.ts';
import { training } from './training/procedures.ts';

/** The contract's procedures over the services; it knows no transport. One that is missing is a type error. */
export const router = os.router({
  app,
  projects,
  project: {
    summary: os.project.summary.handler(({ context: { workspace }, input: { annotator } }) => {
      const { project, name } = workspace.opened();
      return summaryOf(project, { name, annotator });
    }),
    foreign: os.project.foreign.handler(({ context: { workspace } }) => {
      const { project } = workspace.opened();
      const { strange, changed, logKept } = project;
      return {
        model: foreignModel(project),
        strange: [...strange],
        changed: [...(logKept === null ? [] : [logKept]), ...changed],
      };
    }),
  },
  imports,
  labels,
  annotations,
  documents,
  suggestions,
  training,
  evaluation,
  progress,
  exports,
  settings,
  backups,
});
