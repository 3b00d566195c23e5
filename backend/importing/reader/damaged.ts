import { basename, extname } from 'node:path';
import { systemWordsOf } from '../../../process/systemWords.ts';
import { BackendError } from '../../errors.ts';
import { fileKinds } from '../formats/all.ts';
import type { Failure } from './messages.ts';

const knownWords = systemWordsOf('ENAMETOOLONG', 'EACCES', 'EPERM', 'EIO', 'EMFILE');
const whyUnread = (code: unknown) => (code === 'ENOENT' ? 'it is not there any more' : knownWords(code));

/** The last net under reading: an expected failure as it is, whatever else as one sentence that names the file. */
export function failureOf(path: string, error: unknown): Failure {
  if (error instanceof BackendError) {
    const { code, message, hint, params } = error;
    return { code, message, hint, params };
  }
  const name = basename(path).slice(0, 200);
  const why = whyUnread((error as NodeJS.ErrnoException | null)?.code);
  if (why !== undefined) {
    return {
      code: 'file_unreadable',
      message: `"${name}" can't be read: ${why}.`,
      hint: undefined,
      params: { name },
    };
  }
  const kind = fileKinds.get(extname(path).toLowerCase());
  const what = kind === undefined ? 'not of a known format' : `no ${kind} file`;
  return {
    code: 'file_damaged',
    message: `"${name}" could not be read: it is damaged or ${what}.`,
    hint: 'Get the file again, or save it anew from the program it comes from.',
    params: { name },
  };
}
