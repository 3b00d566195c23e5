import type { Project } from '../project/file.ts';

/**
 * Removes what was read and is not what was written (suggestions, embeddings, scores of trainings), so that it counts as
 * missing and is computed again. Returns the sentence that says so; null: nothing was found.
 */
export function removeDamaged(project: Project): string | null {
  const { damaged } = project.stores;
  if (!damaged.found) return null;
  const removed = project.derive(() => damaged.remove());
  const count = [...removed.values()].reduce((sum, rows) => sum + rows, 0);
  if (count === 0) return null;
  const what = count === 1 ? '1 result of a model was' : `${count} results of models were`;
  return `In the project's file ${what} changed by something other than Entail: not used, and computed again where that is possible.`;
}
