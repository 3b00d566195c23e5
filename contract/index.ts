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
import { progress } from './progress.ts';
import { ForeignModel, settings } from './settings.ts';
import { suggestions, training } from './training.ts';

export { Card, Disagreements, HEAD, HistoryEntry, RULES, type Rule } from './annotations.ts';
export { AppState, Holding, Preferences, RecentProject } from './app.ts';
export { Backup } from './backups.ts';
export { Progress } from './common.ts';
export {
  Acceptable,
  Acceptance,
  Doubts,
  Field,
  FieldCondition,
  FieldSort,
  FieldValue,
  Filter,
  Row,
  SimilarDocument,
  SORTS,
  type Sort,
} from './documents.ts';
export {
  Evaluation,
  LabelEvaluation,
  Mistake,
  NothingMeasured,
  type Target,
  TestSample,
} from './evaluation.ts';
export { DataFormat, Exported } from './exports.ts';
export { Failure, Remedy } from './failures.ts';
export {
  Absent,
  Census,
  ImportAct,
  ImportEvent,
  ImportFormat,
  Preview,
  Sign,
  SourceFile,
} from './imports.ts';
export { Affected, Label } from './labels.ts';
export { OPENING_HEADER } from './opening.ts';
export { type Need, ProgressLearnt, ProgressNow } from './progress.ts';
export { Reading, ROLES, Role } from './reading.ts';
export { DeviceReport, ForeignModel, HubToken, ModelClasses, ModelEntry } from './settings.ts';
export {
  ForeignDocuments,
  Plan,
  Run,
  SuggestionProgress,
  TrainingEvent,
  TrainingSettings,
} from './training.ts';

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
    foreign: oc.output(
      z.object({
        model: ForeignModel.nullable(),
        strange: z.array(z.string()),
        changed: z.array(z.string()),
      }),
    ),
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
};
export type Contract = typeof contract;
