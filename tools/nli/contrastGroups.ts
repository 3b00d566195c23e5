import { type ContrastView, labelOverlap } from '../../engine/loss/supervisedContrastive.ts';
import type { Random } from '../../engine/random.ts';
import type { EncodedPair } from '../../engine/text/tokenizer.ts';
import { byShare, type Material } from './mixture.ts';
import type { Recipe } from './recipe.ts';
import type { ContrastGroup } from './rounds/trainRounds.ts';
import { wordingOf } from './wordings.ts';
import type { ZeroShotSet } from './zeroShotPairs.ts';

type Plan = NonNullable<Recipe['contrast']>;

interface Source {
  readonly set: ZeroShotSet;
  /** Label → texts that have it. */
  readonly textsOf: readonly (readonly number[])[];
}

/** More characters than a text of the maximum length has. */
const CHARACTERS_PER_TOKEN = 8;
/** Draws without a new text before a group is taken as it is: small sets run out of texts. */
const PATIENCE = 20;

/**
 * A group of the step of this number: some labels of one set in words, and texts in turn for each, as many as fit into
 * `tokens` with their padding. Texts are drawn to labels, labels to texts, and texts to texts that share labels. The
 * same step gives the same group.
 */
export function createGroups(
  material: Pick<Material, 'zeroShot'>,
  recipe: { readonly contrast: Plan; readonly zeroShot: Recipe['zeroShot'] },
  { random, encode }: { random: Random; encode: (text: string, maxLength: number) => EncodedPair },
): (step: number) => ContrastGroup {
  const sources = material.zeroShot.map(({ set, share }) => ({
    share,
    source: { set, textsOf: textsByLabel(set) },
  }));
  return (step) => {
    const dice = random.fork(`group ${step}`);
    const { source } = sources[byShare(sources, dice)()]!;
    return groupOf(source, recipe, { dice, encode });
  };
}

function textsByLabel({ labels, texts }: ZeroShotSet): number[][] {
  const byLabel = labels.map((): number[] => []);
  for (const [index, text] of texts.entries()) for (const label of text.labels) byLabel[label]!.push(index);
  return byLabel;
}

function groupOf(
  { set, textsOf }: Source,
  { contrast: plan, zeroShot }: { contrast: Plan; zeroShot: Recipe['zeroShot'] },
  { dice, encode }: { dice: Random; encode: (text: string, maxLength: number) => EncodedPair },
): ContrastGroup {
  const chosen = chooseLabels({ set, textsOf }, plan, { dice, hardShare: zeroShot.hardShare });
  const rows = chosen.map((label) =>
    encode(wordingOf(set.labels[label]!, zeroShot.wordings, dice), plan.maxLength),
  );
  let width = Math.max(...rows.map((row) => row.inputIds.length));
  const texts: number[] = [];
  const taken = new Set<number>();
  for (let turn = 0, failed = 0; failed < PATIENCE; turn++) {
    const candidates = textsOf[chosen[turn % chosen.length]!]!;
    const index = candidates[dice.integer(candidates.length)]!;
    if (taken.has(index)) {
      failed += 1;
      continue;
    }
    failed = 0;
    const row = encode(
      set.texts[index]!.text.slice(0, plan.maxLength * CHARACTERS_PER_TOKEN),
      plan.maxLength,
    );
    width = Math.max(width, row.inputIds.length);
    if ((rows.length + 1) * width > plan.tokens) break;
    taken.add(index);
    texts.push(index);
    rows.push(row);
  }
  return { rows, views: viewsOf(set, chosen, texts, plan), keep: plan.keep };
}

/** Labels that have texts: the first at random, the others near it or, for the rest of the share, at random. */
function chooseLabels(
  { set, textsOf }: Source,
  { labels: { least, most } }: Plan,
  { dice, hardShare }: { dice: Random; hardShare: number },
): number[] {
  const used = dice.shuffle([...set.labels.keys()].filter((label) => textsOf[label]!.length > 0));
  const wanted = Math.min(used.length, least + dice.integer(most - least + 1));
  const first = used[0]!;
  const near = set.neighbours[first]!.filter((label) => textsOf[label]!.length > 0);
  const chosen = new Set([first]);
  for (const label of near) {
    if (chosen.size >= Math.ceil(wanted * hardShare)) break;
    chosen.add(label);
  }
  for (const label of used) if (chosen.size < wanted) chosen.add(label);
  return dice.shuffle([...chosen]);
}

/** Rows: the labels in their order, then the texts. */
function viewsOf(
  set: ZeroShotSet,
  chosen: readonly number[],
  texts: readonly number[],
  plan: Plan,
): ContrastView[] {
  const labelRows = [...chosen.keys()];
  const textRows = texts.map((_, i) => chosen.length + i);
  const labelsOf = (row: number) => set.texts[texts[row - chosen.length]!]!.labels;
  const has = (text: number, label: number) => (labelsOf(text).includes(chosen[label]!) ? 1 : 0);
  return [
    { anchors: textRows, candidates: labelRows, affinity: has, weight: plan.textsToLabels },
    {
      anchors: labelRows,
      candidates: textRows,
      affinity: (label, text) => has(text, label),
      weight: plan.labelsToTexts,
    },
    {
      anchors: textRows,
      candidates: textRows,
      affinity: (one, other) => labelOverlap(labelsOf(one), labelsOf(other)),
      weight: plan.textsToTexts,
    },
  ];
}
