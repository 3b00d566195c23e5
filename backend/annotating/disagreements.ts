import type { Disagreements, Rule } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { annotatorNamed } from './annotating.ts';

export { type Disagreements, RULES, type Rule } from '../../contract/index.ts';

const MOST_LISTED = 1000;

/** Where annotators say the opposite of each other, and what the project's rule makes of it. */
export function disagreementsOf({ stores }: Project): Disagreements {
  const { settings, annotations, settled } = stores;
  const disputes = settled.disputes();
  const open = disputes.filter(({ value }) => value === null);
  return {
    rule: settings.get('disagreements'),
    adjudicator: settings.get('adjudicator') || null,
    annotators: annotations.annotators().map(({ name }) => name),
    disputed: disputes.length,
    open: open.length,
    openDocuments: [...new Set(open.map(({ documentId }) => documentId))].slice(0, MOST_LISTED),
  };
}

/** Chooses the project's rule. Throws `adjudicator_missing` where nobody is named who could adjudicate. */
export function settleBy(
  project: Project,
  { rule, adjudicator }: { rule: Rule; adjudicator?: string | undefined },
): void {
  const { settings } = project.stores;
  const name = adjudicator === undefined ? settings.get('adjudicator') : annotatorNamed(adjudicator);
  if (rule === 'adjudicated' && name === '') {
    throw new BackendError(
      'adjudicator_missing',
      'Nobody is named whose answers count where annotators disagree.',
      'Name the person who adjudicates.',
    );
  }
  project.write(() => {
    settings.set('disagreements', rule);
    settings.set('adjudicator', name);
  });
}
