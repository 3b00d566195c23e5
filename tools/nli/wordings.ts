import { hypothesisFor } from '../../engine/nli/hypotheses.ts';
import type { Random } from '../../engine/random.ts';
import type { Label } from './readData.ts';

/** Sentences around a label's name, so that the model does not lean on one of them. */
export const TEMPLATES: readonly string[] = [
  'This text is about {}.',
  'This example is {}.',
  'The topic is {}.',
  'It is about {}.',
  '{}',
  '{}.',
  'The category of this text is {}.',
  'Label: {}',
  'This text should be labelled "{}".',
  'This belongs to the category {}.',
  'One theme of this text is {}.',
  'The text concerns {}.',
  'This is related to {}.',
  'The text expresses or describes {}.',
  'The best description is: {}.',
  'This is an example of {}.',
];

const PREFIX = /^the label applies when /i;

/** A description without "The label applies when", as a sentence. */
export function descriptionOf({ description }: Label): string {
  const rest = description.replace(PREFIX, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** A label in words, drawn by the shares of the three kinds of wording. */
export function wordingOf(
  label: Label,
  shares: { hypothesis: number; description: number; template: number },
  random: Pick<Random, 'uniform' | 'integer'>,
): string {
  const at = random.uniform() * (shares.hypothesis + shares.description + shares.template);
  const template = TEMPLATES[random.integer(TEMPLATES.length)]!;
  if (at < shares.hypothesis) return label.hypothesis;
  if (at < shares.hypothesis + shares.description) return descriptionOf(label);
  return hypothesisFor(template, label.name);
}
