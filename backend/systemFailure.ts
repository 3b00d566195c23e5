/** What the system says of a file, as the end of a sentence; for what nobody nearer could say more about. */
const WHY: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your quota is used up'],
  ['EFBIG', 'the system allows this program no file of that size'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['EIO', 'the disk failed'],
  ['ENOENT', 'there is no such file or folder'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'its folder is a file'],
  ['ELOOP', 'it is a link that leads to itself'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EBUSY', 'another program uses it'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open'],
]);

interface SystemFailure {
  readonly errno: string;
  readonly why: string;
  readonly path: string | undefined;
}

/** A failure of the file system: its code, what that means, and the path that it names; undefined for anything else. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  const why = code === undefined ? undefined : WHY.get(code);
  return code === undefined || why === undefined ? undefined : { errno: code, path, why };
}
