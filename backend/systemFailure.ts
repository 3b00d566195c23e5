import { systemWords } from '../process/systemWords.ts';

interface SystemFailure {
  readonly errno: string;
  readonly why: string;
  readonly path: string | undefined;
}

/** A failure of the file system: its code, what that means, and the path that it names; undefined for anything else. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  const why = systemWords(code);
  return code === undefined || why === undefined ? undefined : { errno: code, path, why };
}
