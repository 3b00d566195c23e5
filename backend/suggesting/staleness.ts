import type { Progress } from '../../contract/index.ts';
import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import { countStale } from './countStale.ts';
import { countUnembedded } from './embedding.ts';
import { currentEvidence } from './scorers.ts';
import { scorersNow } from './suggestingModel.ts';
import { toBeAsked } from './toBeAsked.ts';

/**
 * How many documents have suggestions of the model and sentences that are used now, and the embedding that what decisions
 * teach rests on, and how many there are.
 */
export async function staleSuggestions(project: Project): Promise<Progress> {
  const { labels, documents } = project.stores;
  const total = documents.count();
  const own = labels.all();
  if (own.length === 0 || awaitsConsent(project)) return { done: total, total };
  const scorers = await scorersNow(project, own);
  const stale = await countStale(project, currentEvidence(project, scorers));
  const again = await toBeAsked(project, scorers);
  // A model that is not on this machine embeds nothing.
  const unembedded = await countUnembedded(project).catch(() => 0);
  return { done: total - Math.max(stale + again.size, unembedded), total };
}
