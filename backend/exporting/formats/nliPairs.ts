import { BackendError } from '../../errors.ts';
import type { Decision, ExportSource } from '../../records.ts';
import { answerOf, noneApplies } from '../answers.ts';
import type { ExportFormat, ExportOptions } from '../format.ts';
import { jsonLines } from '../json.ts';
import { documents } from '../losses.ts';

/** The usual order of models trained on MNLI. */
const USUAL_CLASSES = ['entailment', 'neutral', 'contradiction'];

/** Entailment pairs: what the model learns from, to learn from it elsewhere. */
export const nliPairs: ExportFormat = {
  name: 'nli-pairs',
  title: 'NLI pairs',
  description: 'premise, hypothesis and label, as the model is trained on',
  extension: '.jsonl',
  carries: {
    ids: true,
    undecided: true,
    noneApply: true,
    skipped: false,
    drafts: true,
    annotators: false,
    suggestions: false,
    split: true,
    meta: false,
    comments: false,
  },
  write: (source, options) => jsonLines(pairs(source, options)),
  notes(source) {
    let count = 0;
    for (const { annotations } of source.documents())
      if (annotations.some(noneApplies) && annotations.every(({ decisions }) => decisions.size === 0))
        count += 1;
    return count === 0
      ? []
      : [`documents that were finished without a decision make no pairs (${documents(count)})`];
  },
};

/** A pair per decided label and hypothesis; undecided labels make none, as in a training. */
function* pairs(source: ExportSource, options: ExportOptions): Iterable<object> {
  const targets = targetsOf(options.pairClasses ?? USUAL_CLASSES);
  for (const document of source.documents()) {
    const answer = answerOf(document, source, options);
    if (answer === null) continue;
    for (const { name, hypotheses } of source.labels) {
      const decision = answer.said.get(name);
      if (decision === undefined) continue;
      const target = targets[decision];
      for (const hypothesis of hypotheses) {
        yield {
          premise: document.text,
          hypothesis,
          label: target.name,
          label_id: target.index,
          doc_id: document.id,
          label_name: name,
          source: decision,
          split: document.split ?? 'train',
        };
      }
    }
  }
}

/** What a yes and a no are for a model with these classes; with two, a no is "not_entailment". */
function targetsOf(classes: readonly string[]): Record<Decision, { name: string; index: number }> {
  const spelled = classes.map((name) => name.toLowerCase());
  const find = (...names: string[]) => {
    const index = spelled.findIndex((name) => names.includes(name));
    if (index >= 0) return { name: spelled[index]!, index };
    throw new BackendError(
      'classes_unclear',
      `Among the classes ${classes.join(', ')} none is called ${names.join(' or ')}.`,
      'Name the classes of the model in the order of its outputs.',
    );
  };
  return { yes: find('entailment'), no: find('contradiction', 'not_entailment') };
}
