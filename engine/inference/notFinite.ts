import { EngineError } from '../errors.ts';

/** What is said of an answer that is no number; `what` it was given, and what cannot be had of it, as half sentences. */
export const notFinite = (answer: number, what: string, lost: string): EngineError =>
  new EngineError(
    'not_finite',
    `The model answers ${answer} for ${what}: ${lost}.`,
    'Its weights are damaged, or too large for the precision it was exported with: choose another model.',
  );

/** Throws `not_finite`, naming the text, where a value is NaN or infinite. */
export function requireFinite(values: Iterable<number>, text: string, lost: string): void {
  for (const value of values)
    if (!Number.isFinite(value)) throw notFinite(value, `"${text.slice(0, 60)}"`, lost);
}
