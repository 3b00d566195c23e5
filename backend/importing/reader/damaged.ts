import { basename, extname } from 'node:path';
import { BackendError } from '../../errors.ts';
import { fileKinds } from '../formats/all.ts';
import type { Failure } from './messages.ts';

const SYSTEM: Readonly<Record<string, string>> = {
  ENAMETOOLONG: 'its name is too long',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is not there any more',
  EIO: 'the disk failed',
  EMFILE: 'too many files are open',
};

/** The last net under reading: an expected failure as it is, whatever else as one sentence that names the file. */
export function failureOf(path: string, error: unknown): Failure {
  if (error instanceof BackendError) {
    const { code, message, hint, params } = error;
    return { code, message, hint, params };
  }
  const name = basename(path).slice(0, 200);
  const why = SYSTEM[String((error as NodeJS.ErrnoException | null)?.code)];
  if (why !== undefined) {
    return {
      code: 'file_unreadable',
      message: `"${name}" can't be read: ${why}.`,
      hint: undefined,
      params: { name },
    };
  }
  const kind = fileKinds.get(extname(path).toLowerCase());
  const what = kind === undefined ? 'not of a known format' : `not a ${kind} file`;
  return {
    code: 'file_damaged',
    message: `"${name}" could not be read: it is damaged or ${what}.`,
    hint: 'Get the file again, or save it anew from the program it comes from.',
    params: { name },
  };
}
