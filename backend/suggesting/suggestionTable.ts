import type { Project } from '../project/file.ts';

/** Document id → probabilities in label order; documents that lack one are left out. */
export function suggestionTable(project: Project): Map<number, Float32Array> {
  const rows = scoreRows(project, project.stores.suggestions.columns.all());
  const table = new Map<number, Float32Array>();
  for (const id of project.stores.documents.ids()) {
    const row = rows(id);
    if (row) table.set(id, row);
  }
  return table;
}

/** The probabilities of a document in label order; undefined where one is missing. */
export type ScoreRows = (id: number) => Float32Array | undefined;

export function scoreRows(project: Project, columns: ReadonlyMap<number, Float32Array>): ScoreRows {
  const own = project.stores.labels.all().map(({ id }) => columns.get(id));
  return (id) => {
    const row = new Float32Array(own.length);
    for (const [i, column] of own.entries()) {
      const value = column?.[id];
      if (value === undefined || Number.isNaN(value)) return undefined;
      row[i] = value;
    }
    return own.length > 0 ? row : undefined;
  };
}
