import type { Evaluation } from '../../contract/index.ts';
import type { CardFigures, LearntExport, TogetherFacts } from '../../engine/index.ts';
import { evaluationOf } from '../evaluating/evaluation.ts';
import type { Project } from '../project/file.ts';
import { learntOf } from '../suggesting/learning/learner.ts';

/** What a model's card tells of what the app suggests: as Evaluate has it. */
export async function togetherFacts(project: Project, learnt: LearntExport): Promise<TogetherFacts> {
  const evaluation = await evaluationOf(project);
  return {
    documents: learntOf(project)?.documents ?? 0,
    labels: learnt.labels,
    figures: evaluation && figuresOf(evaluation),
  };
}

/** null: they are of what suggested before. */
function figuresOf(evaluation: Evaluation): CardFigures | null {
  const how = howMeasured(evaluation);
  return how === null
    ? null
    : {
        how,
        labels: evaluation.labels.map(({ name, support, figures }) => ({ name, support, figures })),
        macro: evaluation.macro,
        micro: evaluation.micro,
        averagePrecision: evaluation.averagePrecision,
        labelsLeftOut: evaluation.labelsLeftOut,
      };
}

/** On which documents and at which thresholds, with what makes the figures less sure; null: they are of what suggested before. */
export function howMeasured(
  evaluation: Pick<Evaluation, 'on' | 'documents' | 'atRandom'> & {
    readonly labels: readonly Pick<Evaluation['labels'][number], 'thresholdFrom'>[];
  },
): string | null {
  const on = measuredOn(evaluation);
  if (on === null) return null;
  const chosen = evaluation.atRandom
    ? ''
    : ' They were not picked at random but chosen: new documents may be easier or harder. The intervals allow for that.';
  const byPerson = evaluation.labels.filter(({ thresholdFrom }) => thresholdFrom === 'person').length;
  const byHand =
    byPerson === 0
      ? ''
      : ` A person chose the threshold of ${byPerson} of ${evaluation.labels.length} labels, perhaps by these very documents: expect a little less of ${byPerson === 1 ? 'it' : 'them'} on new ones.`;
  return `${on}${chosen} At each label's threshold, in percent.${byHand}`;
}

function measuredOn({ on, documents }: Pick<Evaluation, 'on' | 'documents'>): string | null {
  const own = `${documents} ${documents === 1 ? 'document' : 'documents'}`;
  switch (on) {
    case 'test sample':
      return `On the test sample (${own}), which taught nothing.`;
    case 'held-out':
      return `On ${own} that the training had not learnt from, each judged without what its own decisions taught (cross-fitted).`;
    case 'all annotated':
      return `On ${own} that were annotated, each judged without what its own decisions taught (cross-fitted).`;
    case 'before training':
      return null;
  }
}
