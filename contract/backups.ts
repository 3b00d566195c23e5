import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Leaving, Token } from './common.ts';

export const Backup = z.object({
  token: Token,
  madeAt: z.string(),
  bytes: z.int(),
  /** Someone asked for it. */
  byHand: z.boolean(),
});
export type Backup = z.infer<typeof Backup>;

export const backups = {
  /** Of a recent project, which need not open or be there any more; null: of the open one. The newest first. */
  list: oc.input(z.strictObject({ project: Token.nullable() })).output(z.array(Backup)),
  /** Of the open project, now. */
  make: oc.output(Backup),
  /**
   * Opens a backup as a new project beside the original, which stays as it is. Where its folder is gone the host asks
   * where. null: the person cancelled.
   */
  restore: oc.input(Leaving.extend({ token: Token })).output(z.object({ project: z.string().nullable() })),
};
