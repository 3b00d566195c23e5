import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import { evidenceNow } from './suggestingModel.ts';

/**
 * Whether what is stored by a scorer is what is suggested now: by the model, the run and the sentences that the project has.
 * The rest is read anew, and until then is nobody's word. What a file brought is of no model that could read anew; and
 * where the model is not on this machine, or nobody agreed to it, nothing is read and all stands.
 */
export async function currentSuggestions(project: Project): Promise<(scorer: number) => boolean> {
  const { labels, evidence, settings } = project.stores;
  if (settings.get('activeRun') === 0 && awaitsConsent(project)) return () => true;
  const now = await evidenceNow(project, labels.all()).catch(() => null);
  if (now === null) return () => true;
  const current = new Set(now.scorers);
  return (scorer) => current.has(scorer) || evidence.scorer(scorer)?.kind === 'imported';
}
