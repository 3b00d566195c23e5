import type { Filter } from '../../../contract/index.ts';

/** How a label stands on a document, as people filter by it. */
export const RELATIONS = ['yes', 'no', 'undecided', 'open', 'suggested', 'accepted'] as const;
export type Relation = (typeof RELATIONS)[number];

/** A condition on a field, as its controls hold it. */
export interface FieldChoice {
  readonly name: string | null;
  readonly is: string | null;
  readonly contains: string;
  /** A number or a day as it was typed; '': no bound. */
  readonly from: string;
  readonly to: string;
}

export const NO_FIELD: FieldChoice = { name: null, is: null, contains: '', from: '', to: '' };

/** Fields that fit beside the text. */
export const MOST_COLUMNS = 6;

/** What the controls of the screen hold. */
export interface Conditions {
  search: string;
  /** 'accepted': the model's answers that someone accepted. */
  status: Filter['status'] | 'accepted';
  labelId: number | null;
  relation: Relation;
  /** The least suggested probability, where the relation is about suggestions. */
  from: number;
  disagreement: boolean;
  duplicates: boolean;
  field: FieldChoice;
}

export const NO_CONDITIONS: Conditions = {
  search: '',
  status: 'all',
  labelId: null,
  relation: 'yes',
  from: 0.5,
  disagreement: false,
  duplicates: false,
  field: NO_FIELD,
};

export const usesProbability = ({ labelId, relation }: Conditions): boolean =>
  labelId !== null && (relation === 'open' || relation === 'suggested');

/** The conditions as the backend takes them. */
export function filterOf(conditions: Conditions): Filter {
  const { search, status, labelId, relation, from, disagreement, duplicates, field } = conditions;
  const fields = fieldsOf(field);
  const value =
    relation === 'open'
      ? 'undecided'
      : relation === 'suggested' || relation === 'accepted'
        ? undefined
        : relation;
  const accepted =
    labelId !== null && relation === 'accepted' ? { labelId } : status === 'accepted' ? {} : undefined;
  return {
    search,
    status: status === 'accepted' ? 'all' : status,
    ...(accepted && { accepted }),
    ...(labelId !== null && value !== undefined && { decided: { labelId, value } }),
    ...(labelId !== null && usesProbability(conditions) && { suggested: { labelId, from, to: 1 } }),
    ...(disagreement && { disagreement }),
    ...(duplicates && { duplicates }),
    ...(fields && { fields }),
  };
}

/** Absent where nothing is chosen of the field. */
function fieldsOf({ name, is, contains, from, to }: FieldChoice): Filter['fields'] {
  if (name === null) return undefined;
  const bounds = { ...(from !== '' && { from: bound(from) }), ...(to !== '' && { to: bound(to) }) };
  return [{ name, ...(is !== null && { is }), ...(contains !== '' && { contains }), ...bounds }];
}

/** Days stay texts. */
const bound = (typed: string): number | string =>
  /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i.test(typed) ? Number(typed) : typed;

/** The controls for a filter that another screen asked for. */
export function conditionsOf({
  decided,
  suggested,
  accepted,
  search,
  status,
  disagreement,
  duplicates,
  fields,
}: Partial<Filter>): Conditions {
  const relation: Relation = accepted?.labelId
    ? 'accepted'
    : suggested
      ? decided?.value === 'undecided'
        ? 'open'
        : 'suggested'
      : (decided?.value ?? 'yes');
  return {
    ...NO_CONDITIONS,
    ...(search !== undefined && { search }),
    ...(status !== undefined && { status }),
    ...(accepted && accepted.labelId === undefined && { status: 'accepted' }),
    disagreement: disagreement ?? false,
    duplicates: duplicates ?? false,
    labelId: accepted?.labelId ?? suggested?.labelId ?? decided?.labelId ?? null,
    relation,
    ...(suggested && { from: suggested.from }),
    field: choiceOf(fields),
  };
}

const choiceOf = ([first]: NonNullable<Filter['fields']> = []): FieldChoice =>
  first === undefined
    ? NO_FIELD
    : {
        name: first.name,
        is: first.is ?? null,
        contains: first.contains ?? '',
        from: String(first.from ?? ''),
        to: String(first.to ?? ''),
      };
