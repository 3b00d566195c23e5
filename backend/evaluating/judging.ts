import { setImmediate as nextTurn } from 'node:timers/promises';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { oneSidedIn } from '../suggesting/oneSided.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { evidenceNow } from '../suggesting/suggestingModel.ts';
import { type UnseenFrom, unseenReader } from '../suggesting/unseen.ts';

/** A document with decisions and probabilities by a model that had not learnt from it; arrays are in label order. */
export interface JudgedDocument {
  readonly id: number;
  readonly split: string | null;
  /** 1: decided, but not to be measured on (`OneSided`). */
  readonly oneSided: Uint8Array;
  /** What gave the probabilities. */
  readonly from: UnseenFrom;
  /** 1: yes. */
  readonly gold: Uint8Array;
  /** 1: decided, and there is a probability. */
  readonly decided: Uint8Array;
  readonly scores: Float32Array;
  /** From which probability on each label is suggested. */
  readonly thresholds: Float64Array;
}

const CHUNK = 500;

/**
 * Documents on which something was decided, in project order, with what a model says that had not learnt from them. Of
 * suggestions of now only those count that the present model made of the present words. Where annotators disagree, the
 * project's rule says what holds.
 */
export async function judgedDocuments(project: Project, labels: readonly Label[]): Promise<JudgedDocument[]> {
  const { settled } = project.stores;
  const oneSided = oneSidedIn(project);
  const position = new Map(labels.map(({ id }, i) => [id, i]));
  const decisions = new Map<number, { gold: Uint8Array; decided: Uint8Array }>();
  for (const { documentId, labelId, value } of [...settled.answers()]) {
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
  const scorers = new Set((await evidenceNow(project, labels)).scorers);
  const unseen = await unseenReader(project, labels);
  const judged: JudgedDocument[] = [];
  for (let from = 0; from < ids.length && project.open; from += CHUNK) {
    for (const row of scoresOf(project, ids.slice(from, from + CHUNK), { scorers, labels, unseen })) {
      const { gold, decided } = mustGet(decisions, row.id, 'decision');
      const mask = decided.map((one, i) => (Number.isNaN(row.scores[i]) ? 0 : one));
      const own = mask.map((one, i) => (one === 1 && oneSided.has(row.id, labels[i]!.id) ? 1 : 0));
      judged.push({ ...row, gold, decided: mask, oneSided: own });
    }
    await nextTurn();
  }
  return judged;
}

/** How many documents there are on which something was decided, whether or not the model has read them. */
export const decidedDocuments = ({ stores: { settled } }: Project): number => {
  const ids = new Set<number>();
  for (const { documentId } of settled.answers()) ids.add(documentId);
  return ids.size;
};

function scoresOf(
  project: Project,
  ids: readonly number[],
  {
    scorers,
    labels,
    unseen,
  }: {
    scorers: ReadonlySet<number>;
    labels: readonly Label[];
    unseen: Awaited<ReturnType<typeof unseenReader>>;
  },
): Omit<JudgedDocument, 'gold' | 'decided' | 'oneSided'>[] {
  const scores = unseen(ids);
  const suggestions = suggestionsOf(project, ids);
  return ids.flatMap((id) => {
    const known = scores.get(id);
    const split = project.stores.documents.splitOf(id);
    if (!known || split === undefined) return [];
    const ofNow = known.from === 'suggestion' || known.from === 'cross-fitted';
    const fresh = !ofNow || labels.every((label) => scorers.has(suggestions.scorer(id, label.id)));
    if (!fresh) return [];
    const { from, probabilities, thresholds } = known;
    return [{ id, split, from, scores: probabilities, thresholds }];
  });
}
