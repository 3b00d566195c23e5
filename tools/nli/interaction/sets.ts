import type { Random } from '../../../engine/random.ts';
import { type Label, readTextSet } from '../readData.ts';
import type { InteractionRecipe } from './recipe.ts';
import type { StateReader, TextStates } from './states.ts';

/** A text set as a frozen encoder reads it. */
export interface ReadSet {
  readonly name: string;
  /** How often it is drawn, in proportion to others. */
  readonly share: number;
  readonly texts: readonly ReadText[];
  /** Each label in each kind of wording: [labels][kinds]. */
  readonly labels: readonly (readonly TextStates[])[];
}

export interface ReadText extends TextStates {
  /** Indices of its labels. */
  readonly labels: readonly number[];
}

/** A label's name, its description and its sentence; a label that is not described is named twice. */
const wordingsOf = ({ name, description, hypothesis }: Label): string[] => [
  name,
  description.trim() ? description : name,
  hypothesis,
];

/** Sets of more labels than this have fewer texts for each. */
const FEW_LABELS = 20;

/** How many texts of a set of so many labels are drawn. */
const textsOf = (labels: number, { fewLabels, manyLabels }: InteractionRecipe['textsPerSet']): number =>
  labels > FEW_LABELS ? manyLabels : fewLabels;

/**
 * The training parts of a recipe's sets, some texts of each drawn at random: their hidden states are in memory, as many
 * numbers as there are tokens times the encoder's size. Throws `data_invalid`.
 */
export async function readSets(
  recipe: InteractionRecipe,
  {
    data,
    reader,
    random,
    onRead,
  }: {
    readonly data: string;
    readonly reader: StateReader;
    readonly random: Random;
    readonly onRead?: (set: ReadSet) => void;
  },
): Promise<ReadSet[]> {
  const sets: ReadSet[] = [];
  for (const { set: name, share } of recipe.sets) {
    const { labels, texts } = await readTextSet(data, name, 'train');
    const drawn = random
      .fork(`texts of ${name}`)
      .shuffle(texts)
      .slice(0, textsOf(labels.length, recipe.textsPerSet));
    const states = await reader.read(drawn.map(({ text }) => text));
    const wordings = labels.map(wordingsOf);
    const worded = await reader.read(wordings.flat());
    const kinds = worded.length / labels.length;
    const set = {
      name,
      share: Math.sqrt(share),
      texts: states.map((text, i) => ({ ...text, labels: drawn[i]!.labels })),
      labels: labels.map((_, label) => worded.slice(label * kinds, (label + 1) * kinds)),
    };
    sets.push(set);
    onRead?.(set);
  }
  return sets;
}
