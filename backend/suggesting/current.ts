import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import { evidenceNow } from './suggestingModel.ts';

/**
 * The scorers of what is suggested now: of the model, the run and the sentences that the project has. null: a foreign
 * project's model that nobody agreed to can't be looked at; what a run read needs no model. Throws what looking at the model
 * throws.
 */
export async function scorersOfNow(project: Project): Promise<ReadonlySet<number> | null> {
  const { labels, settings } = project.stores;
  if (settings.get('activeRun') === 0 && awaitsConsent(project)) return null;
  return new Set((await evidenceNow(project, labels.all())).scorers);
}

/**
 * Whether what is stored by a scorer is what is suggested now. The rest is read anew, and until then is nobody's word. What
 * a file brought is of no model that could read anew; and where the model is not on this machine, or nobody agreed to it,
 * nothing is read and all stands.
 */
export async function currentSuggestions(project: Project): Promise<(scorer: number) => boolean> {
  const now = await scorersOfNow(project).catch(() => null);
  if (now === null) return () => true;
  const { evidence } = project.stores;
  return (scorer) => now.has(scorer) || evidence.scorer(scorer)?.kind === 'imported';
}
