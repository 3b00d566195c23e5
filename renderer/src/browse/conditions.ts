import type { FieldCondition, Filter } from '../../../contract/index.ts';

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

/** As many conditions on fields as the backend takes. */
export const MOST_FIELDS = 10;

/** Fields that fit beside the text. */
export const MOST_COLUMNS = 6;

/** What the controls of the screen hold. */
export interface Conditions {
  search: string;
  /** 'accepted': the model's answers that someone accepted. */
  status: Filter['status'] | 'accepted';
  labelId: number | null;
  relation: Relation;
  /** The least suggested probability, where the relation is about suggestions; null: the label's own threshold. */
  from: number | null;
  disagreement: boolean;
  duplicates: boolean;
  /** All of them hold. */
  fields: readonly FieldChoice[];
}

export const NO_CONDITIONS: Conditions = {
  search: '',
  status: 'all',
  labelId: null,
  relation: 'yes',
  from: null,
  disagreement: false,
  duplicates: false,
  fields: [],
};

export const usesProbability = ({ labelId, relation }: Conditions): boolean =>
  labelId !== null && (relation === 'open' || relation === 'suggested');

/** The conditions as the backend takes them. */
export function filterOf(conditions: Conditions): Filter {
  const { search, status, labelId, relation, from, disagreement, duplicates } = conditions;
  const fields = conditions.fields.flatMap(fieldOf);
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
    ...(labelId !== null &&
      usesProbability(conditions) && {
        suggested: { labelId, ...(from !== null && { from }), to: 1 },
      }),
    ...(disagreement && { disagreement }),
    ...(duplicates && { duplicates }),
    ...(fields.length > 0 && { fields }),
  };
}

/** None where no field is chosen. */
function fieldOf({ name, is, contains, from, to }: FieldChoice): NonNullable<Filter['fields']> {
  if (name === null) return [];
  const bounds = { ...(from !== '' && { from: bound(from) }), ...(to !== '' && { to: bound(to) }) };
  return [{ name, ...(is !== null && { is }), ...(contains !== '' && { contains }), ...bounds }];
}

/** The choices with one of them changed, or without it where its field was taken away. */
export function withChoice(
  choices: readonly FieldChoice[],
  at: number,
  choice: FieldChoice,
): readonly FieldChoice[] {
  return choice.name === null
    ? choices.filter((_, i) => i !== at)
    : [...choices.slice(0, at), choice, ...choices.slice(at + 1)];
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
    ...(suggested && { from: suggested.from ?? null }),
    fields: fields?.map(choiceOf) ?? [],
  };
}

const choiceOf = ({ name, is, contains, from, to }: FieldCondition): FieldChoice => ({
  name,
  is: is ?? null,
  contains: contains ?? '',
  from: String(from ?? ''),
  to: String(to ?? ''),
});
