import type { Progress } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { countStale } from './countStale.ts';
import { suggestingKey } from './suggesting.ts';

const PRECISION = 'auto';

/** How many documents have suggestions of the model and sentences that are used now, and how many there are. */
export async function staleSuggestions(project: Project): Promise<Progress> {
  const { labels, suggestions, documents } = project.stores;
  const total = documents.count();
  const own = labels.all();
  if (own.length === 0) return { done: total, total };
  const key = await suggestingKey(project);
  const scorers = own.map(({ id, hypotheses }) =>
    suggestions.knownScorer(id, `${key} ${PRECISION}`, JSON.stringify(hypotheses)),
  );
  if (scorers.some((scorer) => scorer === undefined)) return { done: 0, total };
  const stale = await countStale(
    project,
    scorers.filter((scorer) => scorer !== undefined),
  );
  return { done: total - stale, total };
}
