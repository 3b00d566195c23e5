const FLAG = '--after-failure=';
const AGAIN_MS = 60_000;

/**
 * The arguments for a start after the shell failed, with the project that was open: or null when it failed within a
 * minute of such a start, so that it never goes on in a circle. Pure.
 */
export function restartArguments(
  argv: readonly string[],
  { packaged, project, now }: { packaged: boolean; project: string | null; now: number },
): string[] | null {
  const last = argv.findLast((word) => word.startsWith(FLAG));
  if (last !== undefined && now - Number(last.slice(FLAG.length)) < AGAIN_MS) return null;
  const words = argv.slice(1);
  const end = words.indexOf('--');
  const own = (end < 0 ? words : words.slice(0, end)).filter((word) => !word.startsWith(FLAG));
  // What the last start named was opened then; an unpackaged Electron has the app's folder as its first argument.
  const options = own.filter((word, i) => word.startsWith('-') || (!packaged && i === firstName(own)));
  return [...options, `${FLAG}${now}`, ...(project === null ? [] : ['--', project])];
}

const firstName = (words: readonly string[]): number => words.findIndex((word) => !word.startsWith('-'));

/** Whether this start came after a failure. */
export const wasRestarted = (argv: readonly string[]): boolean => argv.some((word) => word.startsWith(FLAG));
