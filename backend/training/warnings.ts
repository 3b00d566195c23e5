import type { Label } from '../project/store/labels.ts';

/** From how many annotated documents on a training holds some out, how many more that takes, and how many there are to learn from. */
export interface HeldOutFrom {
  readonly least: number;
  readonly more: number;
  readonly documents: number;
}

interface Decided {
  readonly decisions: ReadonlyMap<number, 'yes' | 'no'>;
}

/** More names in a sentence nobody reads. */
const MOST_NAMED = 5;

/** What is said where too few documents can be measured on to hold any out. `others`: some of those annotated can't. */
export function withoutFigures({ least, more, documents }: HeldOutFrom, others: boolean): string[] {
  if (more === 0) return [];
  const count = least - more;
  const beside = others ? ', besides unfinished ones with labels that were only given, or only rejected' : '';
  const remedy =
    documents < least
      ? `This project has ${documents} to learn from: import more first to have them.`
      : `Annotate ${more} more first to have them.`;
  return [
    `This run will have no held-out figures: from ${least} annotated documents on, some are held out to measure it, and there ${count === 1 ? 'is' : 'are'} ${count}${beside}. ${remedy}`,
  ];
}

/** What is said of one-sided answers that the training does not take. */
export function leftOut(all: readonly Decided[], train: readonly Decided[]): string[] {
  const answers = (of: readonly Decided[]) => of.reduce((sum, { decisions }) => sum + decisions.size, 0);
  const count = answers(all) - answers(train);
  return count === 0
    ? []
    : [
        `${count} answer${count === 1 ? ' stays' : 's stay'} out of the training: on unfinished documents, or on many at once, ${count === 1 ? 'its label was' : 'their labels were'} only given, or only rejected, and with ${count === 1 ? 'it' : 'them'} the model would learn to suggest ${count === 1 ? 'it' : 'them'} everywhere, or nowhere. Finish more documents to use ${count === 1 ? 'it' : 'them'}.`,
      ];
}

/** Which labels can hardly be learnt: a sentence for each reason. */
export function hardlyLearnt(
  documents: readonly Decided[],
  labels: readonly Pick<Label, 'name'>[],
): string[] {
  const has = (label: number, wanted: 'yes' | 'no') =>
    documents.some(({ decisions }) => decisions.get(label) === wanted);
  const places = [...labels.keys()];
  const never = places.filter((label) => !has(label, 'yes'));
  const always = places.filter((label) => has(label, 'yes') && !has(label, 'no'));
  const named = (of: readonly number[]) => names(of.map((label) => labels[label]!.name));
  return [
    ...(never.length === 0
      ? []
      : [
          `No training document has the ${named(never)}, so the model can't learn ${them(never)}: accept ${them(never)} on some documents first.`,
        ]),
    ...(always.length === 0
      ? []
      : [
          `The ${named(always)} ${always.length === 1 ? 'was' : 'were'} never rejected, so the model may learn to suggest ${them(always)} everywhere: reject ${them(always)} on some documents first.`,
        ]),
  ];
}

const them = ({ length }: readonly unknown[]): string => (length === 1 ? 'it' : 'them');

/** `label "a"`, `labels "a", "b"`, `labels "a", "b", "c", "d", "e" and 7 others`. */
function names(all: readonly string[]): string {
  // One other takes no more room by its name.
  const shown = all.length === MOST_NAMED + 1 ? all : all.slice(0, MOST_NAMED);
  const quoted = shown.map((name) => `"${name}"`).join(', ');
  const rest = all.length - shown.length;
  return `label${all.length === 1 ? '' : 's'} ${quoted}${rest > 0 ? ` and ${rest} others` : ''}`;
}
