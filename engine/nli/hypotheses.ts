/** Where a template takes the label's name. */
const SLOT = '{}';

/** A label's own sentence, with the label in the place of every `{}`, as in the pipelines people know. */
export const filledHypothesis = (sentence: string, label: string): string => sentence.split(SLOT).join(label);

/**
 * The hypothesis sentence for a label: the template with every `{}` replaced by the label.
 *
 * The label is inserted as it is: `String.replace` with a string would read `$&` and `$$` in it.
 * Throws RangeError when the template has no `{}`, because all labels would then share one sentence.
 */
export function hypothesisFor(template: string, label: string): string {
  if (!template.includes(SLOT)) throw new RangeError(`The template "${template}" has no {} for the label.`);
  return template.split(SLOT).join(label);
}
