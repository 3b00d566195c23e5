import { z } from 'zod';
import type { Target } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';

const Kept = z.record(
  z.string().max(20),
  z.strictObject({ of: z.enum(['precision', 'recall']), least: z.number().min(0).max(1) }),
);

/** Label id → what a person asks of its suggestions instead of the best F1. What can't be read is no wish. */
export function targetsOf({ stores: { settings } }: Project): ReadonlyMap<number, Target> {
  const text = settings.get('targets');
  if (text === '') return new Map();
  try {
    const kept = Kept.parse(JSON.parse(text));
    return new Map(Object.entries(kept).map(([id, target]) => [Number(id), target]));
  } catch {
    return new Map();
  }
}

/** The same in label order; null: the best F1. */
export function targetsInOrder(project: Project): (Target | null)[] {
  const targets = targetsOf(project);
  return project.stores.labels.all().map(({ id }) => targets.get(id) ?? null);
}

/**
 * Asks for a target for these labels, or for the best F1 again (null). Thresholds that were set by hand for what suggests
 * now are given up: the target is the newer wish. Suggestions follow when decisions are learnt next (`Learner.follow`).
 * Throws `label_missing`.
 */
export function setTarget(project: Project, labelIds: readonly number[], target: Target | null): void {
  const { labels, runs, settings } = project.stores;
  const there = new Set(labels.all().map(({ id }) => id));
  if (labelIds.some((id) => !there.has(id)))
    throw new BackendError('label_missing', 'This label is not there any more.');
  const wanted = new Map([...targetsOf(project)].filter(([id]) => there.has(id)));
  for (const id of labelIds) {
    if (target) wanted.set(id, target);
    else wanted.delete(id);
  }
  project.write(() => {
    settings.set('targets', wanted.size === 0 ? '' : JSON.stringify(Object.fromEntries(wanted)));
    for (const id of labelIds) runs.setThreshold(settings.get('activeRun'), id, null);
  });
}
