import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { suggestingKey } from './suggesting.ts';

/** What the app suggests with. */
const PRECISION = 'auto';

/** The scorers of the labels as they are now, with the model that suggests; those that have not scored yet are left out. */
export async function currentScorers(project: Project, labels: readonly Label[]): Promise<number[]> {
  const key = await suggestingKey(project);
  return labels.flatMap(({ id, hypotheses }) => {
    const model = `${key} ${PRECISION}`;
    return project.stores.suggestions.knownScorer(id, model, JSON.stringify(hypotheses)) ?? [];
  });
}
