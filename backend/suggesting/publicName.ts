import type { Scorer } from '../project/store/evidence.ts';

/** What suggested, for people. Without the folder of a model: exports carry no paths of this machine. A hub id is public. */
export function publicName({ kind, name }: Pick<Scorer, 'kind' | 'name'>): string {
  if (kind === 'run') return `run ${name}`;
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? name : (name.split(/[\\/]/).at(-1) ?? name);
}
