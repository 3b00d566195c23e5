import type { Doubts } from '../../../contract/index.ts';

interface Words {
  readonly unfinished: string;
  readonly doubtful: (labels: number) => string;
}

/** Why one should look before suggestions are taken for what holds; null: nothing speaks against it. */
export function doubtIn({ finished, labels }: Doubts, { unfinished, doubtful }: Words): string | null {
  if (labels.length === 0) return null;
  if (finished === 0) return unfinished;
  const count = labels.filter((label) => label.doubtful).length;
  return count === 0 ? null : doubtful(count);
}
