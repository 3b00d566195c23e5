import { filledHypothesis, hypothesisFor } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Label, NewLabel } from '../project/store/labels.ts';
import { nameKey } from './nameKey.ts';

/** The sentence of a label that brings none of its own. */
export const DEFAULT_TEMPLATE = 'This text is about {}.';

const MAX_LABELS = 1000;
const MAX_NAME = 200;

/** The project's labels; throws `no_labels` when it has none. */
export function requireLabels(project: Project): Label[] {
  const labels = project.stores.labels.all();
  if (labels.length > 0) return labels;
  throw new BackendError('no_labels', 'The project has no labels yet.', { code: 'add_labels' });
}

/**
 * Adds labels in order. Throws `label_invalid` for an empty or too long name, and `label_taken` for one that is there
 * already or differs only in case, spaces or Unicode form: those are one label to people.
 */
export function addLabels(project: Project, labels: readonly NewLabel[]): Label[] {
  const { stores } = project;
  return project.write(() => {
    const known = stores.labels.all();
    if (known.length + labels.length > MAX_LABELS) {
      throw new BackendError('too_many_labels', `A project has at most ${MAX_LABELS} labels.`);
    }
    const taken = new Map(known.map(({ name }) => [nameKey(name), name]));
    return labels.map((label) => {
      const name = checkedName(label.name);
      const other = taken.get(nameKey(name));
      if (other !== undefined) throw takenBy(name, other);
      taken.set(nameKey(name), name);
      const given = label.hypotheses.length > 0 ? label.hypotheses : [hypothesisFor(DEFAULT_TEMPLATE, name)];
      const hypotheses = given.map((sentence) => filledHypothesis(sentence, name));
      return stores.labels.add({ ...label, name, hypotheses });
    });
  });
}

/** Throws `label_invalid` for an empty or too long name. */
export function checkedName(given: string): string {
  const name = given.trim();
  if (name === '') throw new BackendError('label_invalid', 'A label needs a name.');
  if (name.length > MAX_NAME) {
    throw new BackendError(
      'label_invalid',
      `The label "${name.slice(0, 40)}…" is longer than ${MAX_NAME} characters.`,
      'Give it a shorter name and put the rest into its description.',
    );
  }
  return name;
}

export const takenBy = (name: string, other: string) =>
  name === other
    ? new BackendError(
        'label_taken',
        `The label "${name}" is there twice.`,
        'Name each label once.',
        undefined,
        { name },
      )
    : new BackendError(
        'label_taken',
        `The labels "${other}" and "${name}" differ only in case, spaces or Unicode form.`,
        'Use one spelling for both.',
        undefined,
        { name, other },
      );
