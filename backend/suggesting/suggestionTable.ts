import type { Project } from '../project/file.ts';
import { suggestionsOf } from './reader.ts';

/** Document id → probabilities in label order, in project order; documents that lack one are left out. */
export function suggestionTable(project: Project): Map<number, Float32Array> {
  const suggestions = suggestionsOf(project);
  const table = new Map<number, Float32Array>();
  for (const id of project.stores.documents.ids()) {
    const row = suggestions.row(id);
    if (row) table.set(id, row);
  }
  return table;
}
