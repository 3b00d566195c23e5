import { filledHypothesis } from '../../engine/index.ts';
import { must } from '../../process/must.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Inverse } from '../project/labelInverse.ts';
import type { Label } from '../project/store/labels.ts';
import { addLabels, checkedName, takenBy } from './labels.ts';
import { mergeDecisions, unmergeDecisions } from './merging.ts';
import { nameKey } from './nameKey.ts';

export type LabelUpdate = { readonly id: number } & {
  readonly [K in Exclude<keyof Label, 'id'>]?: Label[K] | undefined;
};

/** Adds a label that a person made, so that it can be undone. Throws what `addLabels` throws. */
export function addLabel(project: Project, label: { name: string; hypotheses: readonly string[] }): Label {
  return project.write(() => {
    const added = must(addLabels(project, [label])[0], 'added label');
    remember(project, `"${added.name}" was added`, { kind: 'unadd', id: added.id });
    return added;
  });
}

/** Changes what is named. Throws `label_missing`, `label_taken`, `label_invalid` or `key_taken`. */
export function updateLabel(project: Project, change: LabelUpdate): void {
  project.write(() => {
    const labels = project.stores.labels.all();
    const before = found(labels, change.id);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const name = checkedName(change.name ?? before.name);
    const hypotheses = (change.hypotheses ?? before.hypotheses).map((own) => filledHypothesis(own, name));
    const after: Label = { ...before, ...given, name, hypotheses };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    for (const other of labels) if (other.id !== after.id) requireDistinct(after, other);
    project.stores.labels.update(after);
    const what =
      after.name === before.name
        ? `"${after.name}" was changed`
        : `"${before.name}" was renamed to "${after.name}"`;
    remember(project, what, { kind: 'restore', label: { ...before, hypotheses: [...before.hypotheses] } });
  });
}

function requireDistinct(label: Label, other: Label): void {
  if (nameKey(other.name) === nameKey(label.name)) throw takenBy(label.name, other.name);
  if (label.key !== null && other.key === label.key) {
    throw new BackendError(
      'key_taken',
      `The key "${label.key}" belongs to the label "${other.name}".`,
      'Choose another key, or take it from that label first.',
      undefined,
      { key: label.key, other: other.name },
    );
  }
}

/** Puts the labels in this order; it must name each of them once. Throws `order_incomplete`. */
export function reorderLabels(project: Project, ids: readonly number[]): void {
  project.write(() => {
    const before = project.stores.labels.all().map(({ id }) => id);
    const same = [...ids].sort((a, b) => a - b).join() === [...before].sort((a, b) => a - b).join();
    if (!same) {
      throw new BackendError(
        'order_incomplete',
        'The new order does not have each label once.',
        'The labels were changed meanwhile: look at them again.',
      );
    }
    if (ids.join() === before.join()) return;
    project.stores.labels.reorder(ids);
    remember(project, 'the order was changed', { kind: 'order', ids: before });
  });
}

/** The label goes; what was decided of it is kept for undoing. Returns the change. Throws `label_missing`. */
export function removeLabel(project: Project, id: number): number {
  return project.write(() => {
    const { name } = found(project.stores.labels.all(), id);
    project.stores.labels.setDeleted(id, new Date().toISOString());
    return remember(project, `"${name}" was deleted`, { kind: 'undelete', id });
  });
}

/** What is a yes for `from` becomes a yes for `into`, also where that was a no; `from` goes. Returns the change. */
export function mergeLabels(project: Project, { from, into }: { from: number; into: number }): number {
  return project.write(() => {
    const labels = project.stores.labels.all();
    const source = found(labels, from);
    const target = found(labels, into);
    if (from === into) throw new BackendError('label_invalid', 'A label can’t be merged into itself.');
    const revisions = mergeDecisions(project, { from, into });
    project.stores.labels.setDeleted(from, new Date().toISOString());
    return remember(project, `"${source.name}" was merged into "${target.name}"`, {
      kind: 'unmerge',
      id: from,
      into,
      revisions,
    });
  });
}

/**
 * Takes the last change back, or the one that is named, and says in words which it was; null when there is none left.
 * Throws `change_undone` where the named one was taken back before, and `label_taken`.
 */
export function undoLabelChange(project: Project, change?: number): string | null {
  return project.write(() => {
    const last = project.stores.labelChanges.take(change);
    if (!last && change !== undefined)
      throw new BackendError('change_undone', 'This change was taken back already.');
    if (last?.inverse) apply(project, last.inverse);
    return last?.what ?? null;
  });
}

function apply(project: Project, inverse: Inverse): void {
  const { labels } = project.stores;
  switch (inverse.kind) {
    case 'unadd':
      labels.setDeleted(inverse.id, new Date().toISOString());
      break;
    case 'restore':
      requireFree(project, inverse.label.id, inverse.label.name);
      labels.update(inverse.label);
      break;
    case 'order':
      labels.reorder(inverse.ids);
      break;
    case 'undelete':
      undelete(project, inverse.id);
      break;
    case 'unmerge':
      undelete(project, inverse.id);
      unmergeDecisions(project, { from: inverse.id, into: inverse.into, revisions: inverse.revisions });
      break;
    default:
      inverse satisfies never;
  }
}

function undelete(project: Project, id: number): void {
  const name = project.stores.labels.nameOf(id);
  if (name === undefined) return;
  requireFree(project, id, name);
  project.stores.labels.setDeleted(id, null);
}

/** An import may have brought a label of that name meanwhile. */
function requireFree(project: Project, id: number, name: string): void {
  const other = project.stores.labels
    .all()
    .find((label) => label.id !== id && nameKey(label.name) === nameKey(name));
  if (other) throw takenBy(name, other.name);
}

const remember = ({ stores }: Project, what: string, inverse: Inverse): number =>
  stores.labelChanges.add(what, inverse, new Date().toISOString());

function found(labels: readonly Label[], id: number): Label {
  const label = labels.find((own) => own.id === id);
  if (label) return label;
  throw new BackendError('label_missing', 'This label is not there any more.', 'Look at the labels again.');
}
