import type { Random } from '../../../engine/random.ts';
import { byShare } from '../mixture.ts';
import type { InteractionRecipe } from './recipe.ts';
import type { ReadSet, ReadText } from './sets.ts';
import type { TextStates } from './states.ts';

/** What a step compares: texts with labels of their set. */
export interface Group {
  readonly texts: readonly ReadText[];
  /** Which labels of the set: [labels]. */
  readonly labels: readonly number[];
  /** How each of them is worded: [labels][wordings]. */
  readonly wordings: readonly (readonly TextStates[])[];
}

/** Labels are worded in all three kinds (`wordingsOf`) or in one: people write what they have. */
const CHOICES: readonly (readonly number[])[] = [[0, 1, 2], [0], [1], [2]];

/**
 * The group of the step of this number: labels of one set, texts that have one of them and some that may have none; a text
 * may come twice. The same step gives the same group.
 */
export function createGroups(
  sets: readonly ReadSet[],
  plan: Pick<InteractionRecipe, 'labels' | 'texts'>,
  random: Random,
): (step: number) => Group {
  return (step) => {
    const dice = random.fork(`group ${step}`);
    return groupOf(sets[byShare(sets, dice)()]!, plan, dice);
  };
}

function groupOf(
  set: ReadSet,
  { labels: { least, most }, texts }: Pick<InteractionRecipe, 'labels' | 'texts'>,
  dice: Random,
): Group {
  const labels = dice.shuffle([...set.labels.keys()]).slice(0, least + dice.integer(most - least + 1));
  const likely = set.texts.filter((text) => text.labels.some((label) => labels.includes(label)));
  const pool = likely.length > 0 ? likely : set.texts;
  const kinds = CHOICES[dice.integer(CHOICES.length)]!;
  return {
    texts: [...dice.shuffle(pool).slice(0, texts.likely), ...dice.shuffle(set.texts).slice(0, texts.others)],
    labels,
    wordings: labels.map((label) => kinds.map((kind) => set.labels[label]![kind]!)),
  };
}
