import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Progress } from '../../contract/index.ts';
import type { Project } from '../project/file.ts';
import { suggestingModel } from './suggesting.ts';

const PRECISION = 'auto';

/** How many documents have suggestions of the model and sentences that are used now, and how many there are. */
export async function staleSuggestions(project: Project): Promise<Progress> {
  const { labels, suggestions, documents } = project.stores;
  const total = documents.count();
  const own = labels.all();
  if (own.length === 0) return { done: total, total };
  const { key } = await suggestingModel(project);
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

const RANGE = 2000;

/** Counted range by range, so that annotating goes on meanwhile. */
export async function countStale({ db, stores }: Project, scorers: readonly number[]): Promise<number> {
  const last = db.prepare('SELECT coalesce(max(id), 0) FROM documents').pluck().get() as number;
  let count = 0;
  for (let after = 0; after < last; after += RANGE) {
    count += stores.suggestions.countStale(scorers, { after, last: Math.min(after + RANGE, last) });
    await nextTurn();
    if (!db.open) return count;
  }
  return count;
}
