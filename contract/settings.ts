import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

const ModelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(default|[\w.-]+\/[\w.-]+)$/);

export const ModelEntry = z.object({
  name: z.string(),
  description: z.string(),
  /** Of the download, or on disk. */
  bytes: z.int().nullable(),
  installed: z.boolean(),
  /** The open project's suggestions come from it (before training). */
  used: z.boolean(),
});
export type ModelEntry = z.infer<typeof ModelEntry>;

/** A model that the open project names and nobody on this machine agreed to use yet. */
export const ForeignModel = z.object({ name: z.string(), origin: z.enum(['hub', 'folder']) });
export type ForeignModel = z.infer<typeof ForeignModel>;

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
  removeModel: oc.input(z.strictObject({ name: ModelName })).output(z.array(ModelEntry)),
  useModel: oc.input(z.strictObject({ name: ModelName })).output(z.array(ModelEntry)),
  /** To the model that the open project names; once per model and machine. */
  agreeToModel: oc.input(z.strictObject({ name: z.string().min(1).max(4096) })).output(z.array(ModelEntry)),
  device: oc.output(DeviceReport),
  /** Scores a few sentences: that it works, and how fast. */
  testDevice: oc.output(z.object({ pairsPerSecond: z.number() })),
  /** Where things are, for people. */
  places: oc.output(z.array(z.object({ what: z.string(), where: z.string() }))),
};
