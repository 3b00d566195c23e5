/** Of average precision: less may be chance, on the few texts of the built-in set. */
const NOTICEABLE = 0.05;

/** Whether a run lost so much of what its model knew of other labels that it is said. */
export const forgot = ({ before, after }: { readonly before: number; readonly after: number }): boolean =>
  before - after > NOTICEABLE;
