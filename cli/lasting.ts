/** What a command that goes on until it is stopped does about a failure that nobody caught; null: commands end. */
let recovery: ((error: unknown) => void) | null = null;

/** Failures that nobody caught are given to `recover`, and the process goes on, until the returned function is called. */
export function goOn(recover: (error: unknown) => void): () => void {
  recovery = recover;
  return () => {
    recovery = null;
  };
}

export const isLasting = (): boolean => recovery !== null;

/** false: nothing lasting runs, the process is to end. */
export function recovered(error: unknown): boolean {
  if (recovery === null) return false;
  recovery(error);
  return true;
}
