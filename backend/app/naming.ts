import { projectName } from '../machine/recent.ts';
import { openProject, type Project } from '../project/file.ts';

/** What a project is called: the name that it was given, else its file's. */
export const nameOfProject = ({ path, stores }: Project): string =>
  stores.settings.get('name') || projectName(path);

/**
 * Gives a project another name, which it carries with it; its file stays where it is and as it is called, so that nothing
 * that points to it breaks. The file's own name gives up any other.
 */
export function nameProject(project: Project, name: string): void {
  const wanted = name.trim();
  project.write(() =>
    project.stores.settings.set('name', wanted === projectName(project.path) ? '' : wanted),
  );
}

/** The same of a project that is not open here. Throws what opening throws. */
export function nameProjectAt(path: string, name: string): string {
  const project = openProject(path);
  try {
    nameProject(project, name);
    return nameOfProject(project);
  } finally {
    project.close();
  }
}
