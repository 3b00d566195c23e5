import { openProject } from './file.ts';

/**
 * Opens a project and makes anew what is made of the rest of it: the index for searching, where that does not fit the
 * texts. Returns what was found and done, a sentence each. Throws as `openProject`.
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
