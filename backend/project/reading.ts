import { basename, resolve } from 'node:path';
import { BackendError } from '../errors.ts';
import { describeFailure } from './failures.ts';
import { type OpenOptions, openProject, type Project } from './file.ts';
import { lastingCopy } from './privateCopy.ts';

/**
 * Opens a project, or one whose file or folder nobody here can write to be looked at: then from a copy, which goes when it
 * is closed, and `write` throws `project_only_read`. Throws as `openProject`.
 */
export function openOrRead(path: string, options: OpenOptions = {}): Project {
  try {
    return openProject(path, options);
  } catch (error) {
    if (!(error instanceof BackendError && error.code === 'project_read_only')) throw error;
    return openToRead(path);
  }
}

/** Opens a copy of a project, which goes when it is closed: the file stays as it is, of an older format too. Throws as `openProject`. */
export function openToRead(path: string): Project {
  const file = resolve(path);
  const name = basename(file);
  try {
    const copy = lastingCopy(file);
    try {
      const inner = openProject(copy.path, { backUp: false });
      return reading(inner, file, copy.remove);
    } catch (error) {
      copy.remove();
      throw error;
    }
  } catch (error) {
    throw describeFailure(error, file);
  }

  function reading(inner: Project, of: string, remove: () => void): Project {
    return {
      ...inner,
      path: of,
      readOnly: true,
      notices: [...inner.notices, `"${name}" can only be read: nothing can be changed in it.`],
      get open() {
        return inner.open;
      },
      write() {
        throw onlyRead(name);
      },
      // Of the copy, whose folder nobody would find a backup useful of.
      changes: () => 0,
      close() {
        try {
          inner.close();
        } finally {
          remove();
        }
      },
    };
  }
}

const onlyRead = (name: string) =>
  new BackendError(
    'project_only_read',
    `"${name}" can only be read, so nothing can be changed in it.`,
    'Copy it to a place where you may write, and open it there.',
    undefined,
    { name },
  );
