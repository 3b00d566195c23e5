import type { Filter } from '../../../contract/index.ts';

/** How a label stands on a document, as people filter by it. */
export const RELATIONS = ['yes', 'no', 'undecided', 'open', 'suggested'] as const;
export type Relation = (typeof RELATIONS)[number];

/** What the controls of the screen hold. */
export interface Conditions {
  search: string;
  status: Filter['status'];
  labelId: number | null;
  relation: Relation;
  /** The least suggested probability, where the relation is about suggestions. */
  from: number;
  disagreement: boolean;
  duplicates: boolean;
}

export const NO_CONDITIONS: Conditions = {
  search: '',
  status: 'all',
  labelId: null,
  relation: 'yes',
  from: 0.5,
  disagreement: false,
  duplicates: false,
};

export const usesProbability = ({ labelId, relation }: Conditions): boolean =>
  labelId !== null && (relation === 'open' || relation === 'suggested');

/** The conditions as the backend takes them. */
export function filterOf(conditions: Conditions): Filter {
  const { search, status, labelId, relation, from, disagreement, duplicates } = conditions;
  const value = relation === 'open' ? 'undecided' : relation === 'suggested' ? undefined : relation;
  return {
    search,
    status,
    ...(labelId !== null && value !== undefined && { decided: { labelId, value } }),
    ...(labelId !== null && usesProbability(conditions) && { suggested: { labelId, from, to: 1 } }),
    ...(disagreement && { disagreement }),
    ...(duplicates && { duplicates }),
  };
}

/** The controls for a filter that another screen asked for. */
export function conditionsOf({
  decided,
  suggested,
  search,
  status,
  disagreement,
  duplicates,
}: Partial<Filter>): Conditions {
  const relation: Relation = suggested
    ? decided?.value === 'undecided'
      ? 'open'
      : 'suggested'
    : (decided?.value ?? 'yes');
  return {
    ...NO_CONDITIONS,
    ...(search !== undefined && { search }),
    ...(status !== undefined && { status }),
    disagreement: disagreement ?? false,
    duplicates: duplicates ?? false,
    labelId: suggested?.labelId ?? decided?.labelId ?? null,
    relation,
    ...(suggested && { from: suggested.from }),
  };
}
