import { oc } from '@orpc/contract';
import { z } from 'zod';
import { annotations } from './annotations.ts';
import { app, projects } from './app.ts';
import { backups } from './backups.ts';
import { Annotator } from './common.ts';
import { documents } from './documents.ts';
import { evaluation } from './evaluation.ts';
import { exports } from './exports.ts';
import { imports } from './imports.ts';
import { labels } from './labels.ts';
import { ForeignModel, settings } from './settings.ts';
import { suggestions, training } from './training.ts';

export { Card, Disagreements, HEAD, HistoryEntry, RULES, type Rule } from './annotations.ts';
export { AppState, Preferences, RecentProject } from './app.ts';
export { Backup } from './backups.ts';
export { Progress } from './common.ts';
export { Filter, Row, SimilarDocument, SORTS } from './documents.ts';
export { Evaluation, LabelEvaluation, Mistake, TestSample } from './evaluation.ts';
export { DataFormat, Exported } from './exports.ts';
export { Failure, Remedy } from './failures.ts';
export {
  Absent,
  Census,
  ImportAct,
  ImportEvent,
  ImportFormat,
  Mapping,
  Preview,
  Sign,
  SourceFile,
} from './imports.ts';
export { Affected, Label } from './labels.ts';
export { OPENING_HEADER } from './opening.ts';
export { DeviceReport, ForeignModel, ModelClasses, ModelEntry } from './settings.ts';
export { Plan, Run, SuggestionProgress, TrainingEvent, TrainingSettings } from './training.ts';

export const Summary = z.object({
  name: z.string(),
  documents: z.int(),
  done: z.int(),
  skipped: z.int(),
  annotator: z.string(),
});
export type Summary = z.infer<typeof Summary>;

/**
 * The whole API between the interface and the backend: schemas and nothing else, a file per area. Inputs take no
 * unknown keys and have a greatest length; no input is a path: files and folders are tokens that the backend gave.
 */
export const contract = {
  app,
  projects,
  project: {
    summary: oc.input(z.strictObject({ annotator: Annotator })).output(Summary),
    /** The model that waits for consent, and sentences on what was put aside at opening. */
    foreign: oc.output(z.object({ model: ForeignModel.nullable(), strange: z.array(z.string()) })),
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
};
export type Contract = typeof contract;
