import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { currentScorers } from '../suggesting/suggestingModel.ts';

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
  for (let from = 0; from < ids.length && project.open; from += CHUNK) {
    for (const row of scoresOf(project, ids.slice(from, from + CHUNK), { scorers, position })) {
      judged.push({ ...row, ...decisions.get(row.id)! });
    }
    await nextTurn();
  }
  return judged;
}

function scoresOf(
  project: Project,
  ids: readonly number[],
  { scorers, position }: { scorers: ReadonlySet<number>; position: ReadonlyMap<number, number> },
): { id: number; split: string | null; scores: Float32Array }[] {
  const suggestions = suggestionsOf(project, ids);
  return ids.flatMap((id) => {
    const fresh = [...position.keys()].every((labelId) => scorers.has(suggestions.scorer(id, labelId)));
    const split = project.stores.documents.splitOf(id);
    if (!fresh || split === undefined) return [];
    return [
      {
        id,
        split,
        scores: Float32Array.from(position.keys(), (labelId) => suggestions.probability(id, labelId)),
      },
    ];
  });
}
