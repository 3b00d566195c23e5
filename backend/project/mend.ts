import { openProject } from './file.ts';

/**
 * Opens a project and makes anew what is made of the rest of it: the index for searching, where that does not fit the
 * texts. Opening for writing changes more, as always: the file comes to the present format after a backup, rows that no
 * Entail writes are put aside, the log is folded. Returns what was found and done, a sentence each. Throws as
 * `openProject`.
 */
export function mendProject(path: string): string[] {
  const project = openProject(path);
  try {
    const told = [...project.notices, ...project.strange];
    if (project.stores.searchIndex.mend())
      told.push('The index for searching did not fit the documents: it was made anew.');
    return told;
  } finally {
    project.close();
  }
}
