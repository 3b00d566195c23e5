import type { Engine } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { suggestingModel, withScorer } from './suggesting.ts';

const DOCUMENTS = 8;
/** UTF-16 units: a long document would keep the person waiting. */
const LONGEST = 2000;
const START = 160;

export interface Previewed {
  readonly id: number;
  readonly start: string;
  readonly probability: number;
}

/** How a label with these sentences would score on a few documents spread over the project, the best first. */
export async function previewHypotheses(
  project: Project,
  engine: Engine,
  { hypotheses, signal }: { hypotheses: readonly string[]; signal?: AbortSignal | undefined },
): Promise<Previewed[]> {
  const documents = spread(project);
  if (documents.length === 0) return [];
  const source = await suggestingModel(project);
  const rows = await withScorer(engine, { ...source, device: 'cpu', precision: 'auto' }, (score) =>
    score(
      documents.map(({ text }) => text),
      [{ hypotheses }],
      signal,
    ),
  );
  return documents
    .map(({ id, text }, i) => ({
      id,
      start: text.slice(0, START),
      probability: rows[i]!.probabilities[0]!,
    }))
    .sort((a, b) => b.probability - a.probability);
}

/** The same documents each time, so that two wordings can be compared. */
function spread({ db, stores }: Project): { id: number; text: string }[] {
  const last = db.prepare('SELECT coalesce(max(id), 0) FROM documents').pluck().get() as number;
  const after = db
    .prepare('SELECT id FROM documents WHERE id > ? AND length(text) <= ? ORDER BY id LIMIT 1')
    .pluck();
  const ids = Array.from({ length: DOCUMENTS }, (_, i) =>
    after.get(Math.floor((last * i) / DOCUMENTS), LONGEST),
  );
  const distinct = [...new Set(ids.filter((id): id is number => typeof id === 'number'))];
  return distinct.map((id) => ({ id, text: stores.documents.get(id)!.text }));
}
