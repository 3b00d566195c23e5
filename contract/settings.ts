import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

const ModelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(default|[\w.-]+\/[\w.-]+)$/);

/** Of a model in the list: as above, or the path of a folder that was chosen before. */
const ListedModel = z.string().min(1).max(4096);

export const ModelEntry = z.object({
  name: z.string(),
  description: z.string(),
  /** Of the download, or on disk. */
  bytes: z.int().nullable(),
  installed: z.boolean(),
  /** Somebody's own folder, chosen on this machine: not installed means that it can't be reached now. */
  folder: z.boolean(),
  /** It ships with Entail. */
  embedded: z.boolean(),
  /**
   * What the open project has it for: its suggestions come from it, or, where a run suggests, the next training begins with
   * it. null: nothing.
   */
  used: z.enum(['suggesting', 'training']).nullable(),
});
export type ModelEntry = z.infer<typeof ModelEntry>;

/** A model that the open project names and nobody on this machine agreed to use yet. */
export const ForeignModel = z.object({ name: z.string(), origin: z.enum(['hub', 'folder']) });
export type ForeignModel = z.infer<typeof ForeignModel>;

/** Numbers of a model's outputs, from 0 on. */
const ChosenClasses = z.strictObject({
  entailment: z.int().min(0).max(2),
  contradiction: z.int().min(0).max(2),
});

export const ModelClasses = z.object({
  /** Names of the outputs as far as the model has any. */
  outputs: z.array(z.string()),
  chosen: ChosenClasses.nullable(),
  /** What the examples speak for. */
  likely: ChosenClasses,
  examples: z.array(
    z.object({
      premise: z.string(),
      hypothesis: z.string(),
      means: z.enum(['entailment', 'contradiction', 'neutral']),
      /** Of each output, together 1. */
      shares: z.array(z.number()),
    }),
  ),
});
export type ModelClasses = z.infer<typeof ModelClasses>;

/** Where the token for the model hub is; the token itself never comes back. */
export const HubToken = z.object({
  /** To which it goes, and to no other. */
  host: z.string(),
  /**
   * environment: HF_TOKEN has it. system: sealed by the system's key store. session: until Entail ends, since there is no
   * key store. unreadable: the key store does not give it back. elsewhere: it is for another host and is not sent.
   */
  kept: z.enum(['none', 'environment', 'system', 'session', 'unreadable', 'elsewhere']),
});
export type HubToken = z.infer<typeof HubToken>;

export const DeviceReport = z.object({
  /** What computes now, in words. */
  used: z.string(),
  found: z.array(z.object({ device: z.string(), usable: z.boolean(), why: z.string() })),
  processor: z.string(),
  threads: z.int(),
});
export type DeviceReport = z.infer<typeof DeviceReport>;

export const settings = {
  models: oc.output(z.array(ModelEntry)),
  getModel: oc
    .input(z.strictObject({ name: ModelName }))
    .output(eventIterator(z.object({ received: z.int(), total: z.int() }))),
  /** Deletes what was downloaded; a folder is taken off the list and stays. */
  removeModel: oc.input(z.strictObject({ name: ListedModel })).output(z.array(ModelEntry)),
  /** `back`: takes back that another one was used; it is not chosen thereby. */
  useModel: oc
    .input(z.strictObject({ name: ListedModel, back: z.boolean().optional() }))
    .output(z.array(ModelEntry)),
  /** The model that ships now, for a project with one that shipped before; `trained`: a run of that suggests. */
  newerModel: oc.output(z.object({ name: z.string(), trained: z.boolean() }).nullable()),
  /** The project keeps the one it has: this one is not offered again. */
  keepOlderModel: oc.output(z.object({ kept: z.literal(true) })),
  /** The host asks for a folder; it is listed when it holds a model that answers. */
  chooseFolder: oc.output(
    z.object({
      models: z.array(ModelEntry),
      /** null: the person cancelled. `named`: it is known which output means what. */
      chosen: z.object({ name: z.string(), named: z.boolean() }).nullable(),
    }),
  ),
  /** To the model that the open project names; once per model and machine. */
  agreeToModel: oc.input(z.strictObject({ name: z.string().min(1).max(4096) })).output(z.array(ModelEntry)),
  /** What a model's outputs say to plain pairs: for a model that does not name them. */
  modelClasses: oc.input(z.strictObject({ name: ListedModel })).output(ModelClasses),
  /** Which outputs mean what; remembered on this machine. */
  chooseClasses: oc.input(z.strictObject({ name: ListedModel, classes: ChosenClasses })).output(ModelClasses),
  hubToken: oc.output(HubToken),
  setHubToken: oc
    .input(
      z.strictObject({
        token: z
          .string()
          .min(1)
          .max(512)
          .regex(/^[\x21-\x7e]+$/),
      }),
    )
    .output(HubToken),
  removeHubToken: oc.output(HubToken),
  device: oc.output(DeviceReport),
  /** Scores a few sentences: that it works, and how fast. */
  testDevice: oc.output(z.object({ pairsPerSecond: z.number() })),
  /** Where things are, for people. */
  places: oc.output(z.array(z.object({ what: z.string(), where: z.string() }))),
};
