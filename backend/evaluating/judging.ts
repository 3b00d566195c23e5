import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { currentScorers } from '../suggesting/currentScorers.ts';

/** A document with decisions and fresh suggestions; arrays are in label order. */
export interface JudgedDocument {
  readonly id: number;
  readonly split: string | null;
  /** 1: yes. */
  readonly gold: Uint8Array;
  /** 1: decided. */
  readonly decided: Uint8Array;
  readonly scores: Float32Array;
}

const CHUNK = 500;

/**
 * Documents on which something was decided and that the model that suggests now has scored, in project order. A label
 * on which annotators disagree is undecided.
 */
export async function judgedDocuments(project: Project, labels: readonly Label[]): Promise<JudgedDocument[]> {
  const { annotations } = project.stores;
  const position = new Map(labels.map(({ id }, i) => [id, i]));
  const decisions = new Map<number, { gold: Uint8Array; decided: Uint8Array }>();
  for (const { documentId, labelId, value } of [...annotations.agreed()]) {
    const column = position.get(labelId);
    if (column === undefined) continue;
    const own = decisions.get(documentId) ?? {
      gold: new Uint8Array(labels.length),
      decided: new Uint8Array(labels.length),
    };
    decisions.set(documentId, own);
    own.decided[column] = 1;
    own.gold[column] = value === 'yes' ? 1 : 0;
  }
  const ids = [...decisions.keys()];
  const scorers = new Set(await currentScorers(project, labels));
  const judged: JudgedDocument[] = [];
  for (let from = 0; from < ids.length && project.db.open; from += CHUNK) {
    for (const row of scoresOf(project, ids.slice(from, from + CHUNK), { scorers, position })) {
      judged.push({ ...row, ...decisions.get(row.id)! });
    }
    await nextTurn();
  }
  return judged;
}

function scoresOf(
  { db }: Project,
  ids: readonly number[],
  { scorers, position }: { scorers: ReadonlySet<number>; position: ReadonlyMap<number, number> },
): { id: number; split: string | null; scores: Float32Array }[] {
  const rows = db
    .prepare(
      `SELECT d.id, d.split, s.label_id AS labelId, s.probability, s.scorer_id AS scorer
       FROM json_each(?) j JOIN documents d ON d.id = j.value JOIN suggestions s ON s.document_id = d.id
       WHERE s.probability BETWEEN 0 AND 1 ORDER BY j.key`,
    )
    .all(JSON.stringify(ids)) as {
    id: number;
    split: string | null;
    labelId: number;
    probability: number;
    scorer: number;
  }[];
  const found = new Map<number, { id: number; split: string | null; scores: Float32Array; count: number }>();
  for (const { id, split, labelId, probability, scorer } of rows) {
    const column = position.get(labelId);
    if (column === undefined || !scorers.has(scorer)) continue;
    const own = found.get(id) ?? { id, split, scores: new Float32Array(position.size), count: 0 };
    found.set(id, own);
    own.scores[column] = probability;
    own.count += 1;
  }
  return [...found.values()].filter(({ count }) => count === position.size);
}
