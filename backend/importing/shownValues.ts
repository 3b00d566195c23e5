import { inJson } from './fields.ts';

const VALUES = 5;
const VALUE_UNITS = 100;

/** The first different values of a column that say something, cut. */
export function shownValues(values: readonly unknown[]): string[] {
  const told = values.map((value) => (typeof value === 'string' ? value : (inJson(value) ?? '')));
  return [...new Set(told.filter((value) => value.trim() !== ''))]
    .slice(0, VALUES)
    .map((value) => value.slice(0, VALUE_UNITS));
}
