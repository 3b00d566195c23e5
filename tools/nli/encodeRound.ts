import { encodeText } from '../../engine/inference/embedding.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import { classCount, type NliClasses } from '../../engine/nli/classes.ts';
import type { Drawn } from './mixture.ts';
import type { Recipe } from './recipe.ts';
import type { RoundItem } from './rounds/trainRounds.ts';
import type { SoftPair } from './zeroShotPairs.ts';

/** More characters than any English pair of the maximum length has, so that long documents tokenise quickly. */
const CHARACTERS_PER_TOKEN = 8;

/** Token ids and class targets of a round; hypotheses too long for the recipe are left out. */
export function encodeRound(
  { tokenizer, classes }: NliModel,
  { pairs, texts }: Drawn,
  { maxLength, labelSmoothing }: Pick<Recipe, 'maxLength' | 'labelSmoothing'>,
): RoundItem[] {
  const beginning = (text: string) => text.slice(0, maxLength * CHARACTERS_PER_TOKEN);
  const items: RoundItem[] = [];
  for (const pair of pairs) {
    const hypothesis = tokenizer.encodeHypothesisIds(pair.hypothesis);
    if (hypothesis.length > maxLength / 2) continue;
    const premise = tokenizer.encodePremiseIds(beginning(pair.premise));
    items.push({
      tokens: tokenizer.assemble(premise, hypothesis, maxLength),
      target: targetOf(pair, classes, labelSmoothing),
    });
  }
  for (const text of texts) items.push({ tokens: encodeText(tokenizer, beginning(text), maxLength) });
  return items;
}

/** [classes], smoothed (Szegedy et al. 2016); a model of two classes takes neutral as not entailment. */
export function targetOf(pair: SoftPair, classes: NliClasses, smoothing: number): Float32Array {
  const target = new Float32Array(classCount(classes)).fill(smoothing / classCount(classes));
  const add = (index: number, share: number) => {
    target[index]! += (1 - smoothing) * share;
  };
  add(classes.entailment, pair.entailment);
  add(classes.contradiction, pair.contradiction);
  add(classes.kind === 'three' ? classes.neutral : classes.contradiction, pair.neutral);
  return target;
}
