import { entail } from '../../cases/cli.ts';

/** Our own command line in a folder; throws with what it said when it fails. */
export function ours(folder: string, args: readonly string[]): void {
  const { code, out, err } = entail(folder, args);
  if (code !== 0) throw new Error(`entail ${args[0]}: ${out}${err}`);
}
