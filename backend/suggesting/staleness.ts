import type { Progress } from '../../contract/index.ts';
import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import { countStale } from './countStale.ts';
import { countUnembedded } from './embedding.ts';
import { currentScorers } from './suggestingModel.ts';

/**
 * How many documents have suggestions of the model and sentences that are used now, and the embedding that what decisions
 * teach rests on, and how many there are.
 */
export async function staleSuggestions(project: Project): Promise<Progress> {
  const { labels, documents } = project.stores;
  const total = documents.count();
  const own = labels.all();
  if (own.length === 0 || awaitsConsent(project)) return { done: total, total };
  const scorers = await currentScorers(project, own);
  if (scorers.length < own.length) return { done: 0, total };
  const stale = await countStale(project, scorers);
  // A model that is not on this machine embeds nothing.
  const unembedded = await countUnembedded(project).catch(() => 0);
  return { done: total - Math.max(stale, unembedded), total };
}
