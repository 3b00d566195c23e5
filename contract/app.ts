import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Annotator, Leaving, Name, Token } from './common.ts';

/** Marks of what is shown everywhere of a project: each is another one when that has changed, whichever window did it. */
const Marks = z.object({
  labels: z.string(),
  /** Which run or model suggests. */
  source: z.string(),
  /** Runs by name and state, and the thresholds of the one that suggests. */
  runs: z.string(),
  /** What anyone did with documents: the last act. */
  decisions: z.string(),
});
export type Marks = z.infer<typeof Marks>;

/** Where the interface runs: what the host offers decides what the interface shows. */
export const AppState = z.object({
  host: z.enum(['electron', 'web']),
  version: z.string(),
  /** The open project's name, or null: the start screen. */
  project: z.string().nullable(),
  /** Which project that is: another one, and something else is to be shown. Calls carry it (see `OPENING_HEADER`). */
  opening: z.string(),
  /** For opening it again (`projects.open`); null: none is open. */
  token: Token.nullable(),
  /** Its file can't be written: it is there to be looked at. */
  readOnly: z.boolean(),
  /** null: no project is open. */
  marks: Marks.nullable(),
});
export type AppState = z.infer<typeof AppState>;

export const RecentProject = z.object({
  token: Token,
  name: z.string(),
  /** Its folder, shortened for people. */
  where: z.string(),
  openedAt: z.string(),
  /** false: it was moved or deleted. */
  present: z.boolean(),
});
export type RecentProject = z.infer<typeof RecentProject>;

/** What goes with a project that goes to the trash. */
export const Holding = z.object({
  /** Its file's name. */
  file: z.string(),
  /** null: it can't be opened, so nobody knows. */
  counts: z.object({ documents: z.int(), decisions: z.int() }).nullable(),
  /** In Entail's own folder. */
  backups: z.int(),
});
export type Holding = z.infer<typeof Holding>;

const Opened = z.object({ project: z.string().nullable() });

/** What people set for themselves on this machine, whatever the project. */
export const Preferences = z.strictObject({
  annotator: Annotator,
  theme: z.enum(['system', 'light', 'dark']),
  /** Of the interface. */
  language: z.enum(['system', 'en', 'de']),
  /** Size of text, 1 is 100 %. */
  zoom: z.number().min(0.8).max(2),
  /** Action → key, for actions whose key was changed. */
  keys: z
    .record(z.string().max(20), z.string().min(1).max(20))
    .refine((keys) => Object.keys(keys).length <= 50),
  /** Documents to annotate; progress is shown towards it. null: all. */
  goal: z.int().min(1).max(10_000_000).nullable(),
});
export type Preferences = z.infer<typeof Preferences>;

export const app = {
  state: oc.output(AppState),
  preferences: oc.output(Preferences),
  prefer: oc.input(Preferences.partial()).output(Preferences),
};

export const projects = {
  recent: oc.output(z.array(RecentProject)),
  /** In Electron the host asks where; on the web it goes to Entail's own folder. null: the person cancelled. */
  create: oc.input(Leaving.extend({ name: Name.max(120) })).output(Opened),
  open: oc.input(Leaving.extend({ token: Token })).output(Opened),
  /** The host's dialog; on the web it is refused. */
  choose: oc.input(Leaving.optional()).output(Opened),
  sample: oc.input(Leaving.optional()).output(Opened),
  /** Another name in the app; the file stays as it is called. The file's own name gives up any other. */
  rename: oc.input(z.strictObject({ token: Token, name: Name.max(120) })).output(z.array(RecentProject)),
  /** Takes it off the list; the file stays. */
  forget: oc.input(z.strictObject({ token: Token })).output(z.array(RecentProject)),
  /** Takes back `forget`: it is in the list where it was. */
  recall: oc.input(z.strictObject({ token: Token })).output(z.array(RecentProject)),
  /** Throws where it is open, here or elsewhere. */
  holding: oc.input(z.strictObject({ token: Token })).output(Holding),
  /** Its file, with the logs beside it, goes to the system's trash, and it off the list; on the web that is refused. */
  trash: oc.input(z.strictObject({ token: Token, backups: z.boolean() })).output(
    z.object({
      recent: z.array(RecentProject),
      /** Names of what the trash did not take: the file is there, and these are where they were. */
      left: z.array(z.string()),
    }),
  ),
  close: oc.input(Leaving.optional()).output(Opened),
};
