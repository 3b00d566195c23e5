import type { doubtsIn } from '../backend/documents/unconfirmed.ts';
import { many } from './many.ts';

type Doubts = Awaited<ReturnType<typeof doubtsIn>>;

/** Why one should look before suggestions are taken for what holds; null: nothing speaks against it. `or`: what else helps. */
export function doubtIn({ finished, labels }: Doubts, or: string): string | null {
  if (labels.length === 0) return null;
  if (finished === 0)
    return 'Nobody has finished a document yet, so nothing tells how often labels apply: how many of the suggestions are right is a guess, and far fewer may be than their probabilities say. Finish some first.';
  const doubtful = labels.filter((label) => label.doubtful).length;
  return doubtful === 0
    ? null
    : `Of ${many(doubtful, 'label')} fewer than half of the suggestions are expected to be right: finish more documents first, or ${or}.`;
}
