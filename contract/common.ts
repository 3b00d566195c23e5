import { z } from 'zod';

/** Schemas that several areas of the contract share. Every string and list has a greatest length. */
export const Id = z.int().positive();
export const Annotator = z.string().trim().min(1).max(200);
export const Value = z.enum(['yes', 'no', 'undecided']);
export type Value = z.infer<typeof Value>;
export const Status = z.enum(['new', 'draft', 'done', 'skipped']);
export type Status = z.infer<typeof Status>;
/** Handed out for something outside the project (a file, a folder, a recent project); paths never cross. */
export const Token = z.string().regex(/^[\w-]{8,64}$/);
export const Progress = z.object({ done: z.int(), total: z.int() });
export type Progress = z.infer<typeof Progress>;
export const Seed = z
  .int()
  .min(0)
  .max(2 ** 53 - 1);
