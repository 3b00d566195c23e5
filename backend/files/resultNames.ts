/**
 * What the columns of a label are called in a table of results: what holds and who says so, then what it follows from.
 * They are known again by these names, so that what a model said does not come back as what a person decided.
 */
export const resultNames = (label: string) =>
  ({
    answer: label,
    from: `${label}: from`,
    decided: `${label}: decided`,
    probability: `${label}: probability`,
    threshold: `${label}: threshold`,
    passage: `${label}: passage`,
  }) as const;

const PART = /: (?:from|decided|probability|threshold|passage)$/;

/** Whether a column of this table is one of a label's results. */
export function isResult(name: string, header: readonly string[]): boolean {
  const { answer, from, decided, probability } = resultNames(name.replace(PART, ''));
  return [answer, from, decided, probability].every((column) => header.includes(column));
}
