import { createHash } from 'node:crypto';
import type { Project } from '../project/file.ts';
import { projectDigest } from '../project/mark.ts';

/** Of the start screen, where no project is open. */
export const NONE_OPEN = 'none';

/**
 * Names a project for the calls that mean it. The same file at the same place has the same name whenever it is opened,
 * also after Entail was started again: what was decided for it then still belongs to it.
 */
export const openingOf = (project: Project): string =>
  createHash('sha256')
    .update(`${projectDigest(project)}\n${project.path}`)
    .digest('base64url')
    .slice(0, 22);
