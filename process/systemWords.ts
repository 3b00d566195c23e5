const WORDS: ReadonlyMap<string, string> = new Map([
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

/** What the system says of a file by its code ("ENOSPC"), as the end of a sentence; undefined: it is no such code. */
export const systemWords = (code: unknown): string | undefined =>
  typeof code === 'string' ? WORDS.get(code) : undefined;

/** The same of these codes alone, for who says something else, or nothing, of all others. */
export function systemWordsOf(...codes: readonly string[]): (code: unknown) => string | undefined {
  const own: readonly unknown[] = codes;
  return (code) => (own.includes(code) ? systemWords(code) : undefined);
}
