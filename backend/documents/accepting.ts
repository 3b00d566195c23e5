import type { Acceptable } from '../../contract/index.ts';
import { annotatorNamed } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { NewAccepted } from '../project/store/accepted.ts';
import { scorersOfNow } from '../suggesting/current.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { publicName } from '../suggesting/publicName.ts';
import { type Among, expectedRight, finishedIn, unconfirmedIn } from './unconfirmed.ts';

/** UTF-16 units of an example. */
const START = 200;

interface Found {
  readonly answers: readonly NewAccepted[];
  readonly stale: number;
}

/** What can be accepted of what nobody has confirmed: suggestions of the model and the sentences of now. */
async function find(project: Project, request: Among): Promise<Found> {
  // What is accepted is what is suggested now, with all that decisions taught.
  await learnerOf(project).follow({ whole: true });
  if (request.filter.disagreement) await learnerOf(project).unlearnt();
  const { evidence } = project.stores;
  const current = await scorersOfNow(project);
  const scorers = new Map<number, { current: boolean; model: string }>();
  const scorerOf = (id: number) => {
    const stored = evidence.scorer(id);
    const own = scorers.get(id) ?? {
      // What a file brought is of no model that could read anew.
      current: current?.has(id) === true || stored?.kind === 'imported',
      model: stored ? publicName(stored) : '',
    };
    scorers.set(id, own);
    return own;
  };
  const answers: NewAccepted[] = [];
  let stale = 0;
  for (const { scorer: id, ...answer } of unconfirmedIn(project, request)) {
    const scorer = scorerOf(id);
    if (scorer.current) answers.push({ ...answer, model: scorer.model });
    else stale += 1;
  }
  return { answers, stale };
}

const documentsOf = (answers: readonly NewAccepted[]): number =>
  new Set(answers.map(({ documentId }) => documentId)).size;

/** What `accept` would do of the same. */
export async function acceptable(project: Project, request: Among): Promise<Acceptable> {
  const { answers, stale } = await find(project, request);
  const { documents, labels } = project.stores;
  return {
    documents: documentsOf(answers),
    answers: answers.length,
    stale,
    finished: finishedIn(project),
    labels: labels.all().flatMap(({ id: labelId }) => {
      const own = answers.filter((answer) => answer.labelId === labelId);
      const [first] = own;
      if (first === undefined) return [];
      own.sort((a, b) => b.probability - a.probability);
      const sum = own.reduce((all, { probability }) => all + probability, 0);
      const shown = new Set([0, own.length >> 1, own.length - 1].flatMap((i) => own[i] ?? []));
      return [
        {
          labelId,
          threshold: first.threshold,
          documents: own.length,
          ...expectedRight(sum, own.length),
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
export async function accept(project: Project, request: Among): Promise<AcceptResult> {
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
