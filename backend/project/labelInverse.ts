import { z } from 'zod';

const Id = z.int().positive();

/** What takes a change of labels back. It is kept in the project, so it is read with care. */
export const Inverse = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unadd'), id: Id }),
  z.object({
    kind: z.literal('restore'),
    label: z.object({
      id: Id,
      name: z.string().min(1).max(200),
      description: z.string().max(20_000),
      guidelines: z.string().max(200_000),
      color: z.string().regex(/^#[0-9a-f]{6}$/),
      key: z.string().max(20).nullable(),
      hypotheses: z.array(z.string().min(1).max(10_000)).min(1).max(20),
    }),
  }),
  z.object({ kind: z.literal('order'), ids: z.array(Id).max(1000) }),
  z.object({ kind: z.literal('undelete'), id: Id }),
  z.object({ kind: z.literal('unmerge'), id: Id, into: Id.optional(), revisions: z.array(Id).max(10_000) }),
]);
export type Inverse = z.infer<typeof Inverse>;

/** The change as it is stored; null for what is none. */
export function readInverse(json: string): Inverse | null {
  try {
    return Inverse.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

export const changeCanBeUndone = (json: string): boolean => readInverse(json) !== null;
