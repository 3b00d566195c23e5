import { z } from 'zod';

/** Schemas that several areas of the contract share. Every string and list has a greatest length. */
export const Id = z.int().positive();
/** What someone wrote: kept as it is, so halves of characters and NUL, which files can't keep, are refused. */
export const Written = z
  .string()
  .refine((text) => !/\p{Surrogate}|\0/u.test(text), 'It has characters that can’t be stored.');
/** One line that names something: nothing in it is invisible control. */
export const Name = Written.trim()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Control}/u.test(text), 'It has characters that can’t be seen.');
export const Annotator = Name;
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

/** `anyway`: who leaves the open project was told what runs in it (`work_would_stop`), and that it stops. */
export const Leaving = z.strictObject({ anyway: z.boolean().optional() });
