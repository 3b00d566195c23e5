import type { Acceptable, Filter } from '../../contract/index.ts';
import { predicted } from '../../engine/index.ts';
import { annotatorNamed } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import { awaitsConsent } from '../models/agreed.ts';
import type { Project } from '../project/file.ts';
import type { NewAccepted } from '../project/store/accepted.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { publicName } from '../suggesting/publicName.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { evidenceNow } from '../suggesting/suggestingModel.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { matchingIds } from './filtering.ts';

export interface AcceptRequest {
  readonly annotator: string;
  /** Among which documents; they are as many as match. */
  readonly filter: Filter;
  /** Absent: all labels. */
  readonly labelIds?: readonly number[] | undefined;
}

/** Where fewer are expected to be right, who accepts them all is told. */
const LEAST_RIGHT = 0.5;

/** UTF-16 units of an example. */
const START = 200;

const PLAIN: Filter = { search: '', status: 'all' };
export const everything = (more: Partial<Filter> = {}): Filter => ({ ...PLAIN, ...more });

interface Found {
  readonly answers: readonly NewAccepted[];
  readonly stale: number;
}

/**
 * Suggestions at or above their thresholds on documents that nobody has finished or skipped, for labels of which nobody
 * said anything. What is accepted already is not found again.
 */
async function find(project: Project, request: AcceptRequest): Promise<Found> {
  // What is accepted is what is suggested now, with all that decisions taught.
  await learnerOf(project).follow({ whole: true });
  if (request.filter.disagreement) await learnerOf(project).unlearnt();
  const { labels, evidence, accepted, settings } = project.stores;
  const all = labels.all();
  // A foreign project's model that nobody agreed to can't be looked at; what a run read needs no model.
  const unknown = settings.get('activeRun') === 0 && awaitsConsent(project);
  const current = new Set(unknown ? [] : (await evidenceNow(project, all)).scorers);
  const thresholds = thresholdsOf(project);
  const wanted = all.flatMap(({ id }, i) =>
    request.labelIds && !request.labelIds.includes(id) ? [] : [{ id, threshold: thresholds[i]! }],
  );
  const suggestions = suggestionsOf(project);
  const closed = accepted.closed();
  const scorers = new Map<number, { current: boolean; model: string }>();
  const scorerOf = (id: number) => {
    const stored = evidence.scorer(id);
    const own = scorers.get(id) ?? {
      // What a file brought is of no model that could read anew.
      current: current.has(id) || stored?.kind === 'imported',
      model: stored ? publicName(stored) : '',
    };
    scorers.set(id, own);
    return own;
  };
  const answers: NewAccepted[] = [];
  let stale = 0;
  for (const documentId of matchingIds(project, { ...request, sort: 'order' })) {
    if (closed.documents.has(documentId)) continue;
    for (const { id: labelId, threshold } of wanted) {
      const probability = suggestions.probability(documentId, labelId);
      if (Number.isNaN(probability) || !predicted(probability, threshold)) continue;
      if (closed.answered(documentId, labelId)) continue;
      const scorer = scorerOf(suggestions.scorer(documentId, labelId));
      if (scorer.current) answers.push({ documentId, labelId, model: scorer.model, probability, threshold });
      else stale += 1;
    }
  }
  return { answers, stale };
}

const documentsOf = (answers: readonly NewAccepted[]): number =>
  new Set(answers.map(({ documentId }) => documentId)).size;

/** What `accept` would do of the same. */
export async function acceptable(project: Project, request: AcceptRequest): Promise<Acceptable> {
  const { answers, stale } = await find(project, request);
  const { annotations, documents, labels } = project.stores;
  return {
    documents: documentsOf(answers),
    answers: answers.length,
    stale,
    finished: annotations.countByStatus().get('done') ?? 0,
    labels: labels.all().flatMap(({ id: labelId }) => {
      const own = answers.filter((answer) => answer.labelId === labelId);
      const [first] = own;
      if (first === undefined) return [];
      own.sort((a, b) => b.probability - a.probability);
      const right = own.reduce((sum, { probability }) => sum + probability, 0) / own.length;
      const shown = new Set([0, own.length >> 1, own.length - 1].flatMap((i) => own[i] ?? []));
      return [
        {
          labelId,
          threshold: first.threshold,
          documents: own.length,
          right,
          doubtful: right < LEAST_RIGHT,
          examples: [...shown].map(({ documentId: id, probability }) => ({
            id,
            start: documents.get(id)?.text.slice(0, START) ?? '',
            probability,
          })),
        },
      ];
    }),
  };
}

export interface AcceptResult {
  /** For taking it back; null: there was nothing to accept. */
  readonly act: number | null;
  readonly documents: number;
  readonly answers: number;
}

/**
 * Accepts suggestions in one act. They stay the model's answers: they go out with the results and are shown as what they
 * are, and they are in no training, no figure and no comparison of people. What a person says goes before them.
 */
export async function accept(project: Project, request: AcceptRequest): Promise<AcceptResult> {
  const name = annotatorNamed(request.annotator);
  const { answers } = await find(project, request);
  if (answers.length === 0) return { act: null, documents: 0, answers: 0 };
  const { accepted, annotations } = project.stores;
  const act = project.write(() => {
    const id = accepted.begin(annotations.annotatorId(name), new Date().toISOString());
    for (const answer of answers) accepted.add(id, answer);
    return id;
  });
  return { act, documents: documentsOf(answers), answers: answers.length };
}

/** Takes back what was accepted together. Throws `act_undone`. */
export function takeBackAccepted(project: Project, act: number): void {
  const done = project.write(() => project.stores.accepted.undo(act, new Date().toISOString()));
  if (!done) throw new BackendError('act_undone', 'This was taken back already.');
}
