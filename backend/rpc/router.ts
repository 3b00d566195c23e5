import { summaryOf } from '../services/summary.ts';
import { annotations } from './annotations.ts';
import { app, projects } from './app.ts';
import { backups } from './backups.ts';
import { os } from './base.ts';
import { documents } from './documents.ts';
import { evaluation } from './evaluation.ts';
import { exports } from './exports.ts';
import { imports } from './imports.ts';
import { labels } from './labels.ts';
import { settings } from './settings.ts';
import { suggestions, training } from './training.ts';

/** The contract's procedures over the services; it knows no transport. One that is missing is a type error. */
export const router = os.router({
  app,
  projects,
  project: {
    summary: os.project.summary.handler(({ context: { workspace }, input: { annotator } }) => {
      const { project, name } = workspace.opened();
      return summaryOf(project, { name, annotator });
    }),
  },
  imports,
  labels,
  annotations,
  documents,
  suggestions,
  training,
  evaluation,
  exports,
  settings,
  backups,
});
