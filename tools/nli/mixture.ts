import type { Random } from '../../engine/random.ts';
import type { NliRow } from './readData.ts';
import type { Recipe } from './recipe.ts';
import { joined, type SoftPair, type ZeroShotSet, zeroShotPairs } from './zeroShotPairs.ts';

export interface Material {
  readonly nli: readonly { readonly share: number; readonly rows: readonly NliRow[] }[];
  readonly zeroShot: readonly { readonly share: number; readonly set: ZeroShotSet }[];
}

/** What a round trains on: pairs, and texts whose embedding shall stay. */
export interface Drawn {
  readonly pairs: readonly SoftPair[];
  readonly texts: readonly string[];
}

/** From this many labels on, joining two texts is more than a contradiction in terms ("positive and negative"). */
const LABELS_TO_JOIN = 5;
/** Texts longer than this are not joined: the second would be cut away. */
const LONGEST_JOINED = 200;

/**
 * Draws rounds from the sources by their shares: each source in shuffled order, again and again, so that nothing is
 * repeated before everything was seen. The same random source gives the same rounds.
 */
export function createMixture(material: Material, recipe: Recipe, random: Random) {
  const nli = material.nli.map(({ rows }, i) => cursorOver(rows, random.fork(`nli ${i}`)));
  const sets = material.zeroShot.map(({ set }, i) => cursorOver(set.texts, random.fork(`set ${i}`)));
  const pickNli = byShare(material.nli, random.fork('which nli'));
  const pickSet = byShare(material.zeroShot, random.fork('which set'));
  const dice = random.fork('pairs');

  const nextTexts = (): SoftPair[] => {
    const which = pickSet();
    const { set } = material.zeroShot[which]!;
    let text = sets[which]!();
    const joins = set.labels.length >= LABELS_TO_JOIN && text.text.length <= LONGEST_JOINED;
    if (joins && dice.uniform() < recipe.zeroShot.joinShare) {
      const other = sets[which]!();
      if (other.text.length <= LONGEST_JOINED) text = joined(text, other, dice);
    }
    return zeroShotPairs(set, text, recipe.zeroShot, dice);
  };

  return {
    round(): Drawn {
      const pairs: SoftPair[] = [];
      const nliPairs = Math.round(recipe.pairsPerRound * recipe.nli.share);
      while (pairs.length < nliPairs)
        pairs.push(softened(nli[pickNli()]!(), recipe.nli.neutralAsContradiction));
      while (pairs.length < recipe.pairsPerRound) pairs.push(...nextTexts());
      const { share } = recipe.embedding;
      const wanted = Math.round((pairs.length * share) / (1 - share));
      // Documents and labels alike are compared by their embeddings.
      const texts = dice
        .shuffle(pairs)
        .slice(0, wanted)
        .map((pair, i) => (i % 3 === 0 ? pair.hypothesis : pair.premise));
      return { pairs, texts };
    },
  };
}

/** Of a two-way row's "not entailment": as much as three-way sets have of it, on the whole. */
const NEUTRAL_SHARE = { entailment: 0, contradiction: 0, not_entailment: 0.5, neutral: 1 } as const;

/**
 * An NLI row as shares of classes; "not entailment" is half neutral, half contradiction. `asContradiction` is how much
 * of neutral is taken for contradiction: with 1 the three classes are trained as two.
 */
export function softened({ premise, hypothesis, label }: NliRow, asContradiction = 0): SoftPair {
  const entailment = label === 'entailment' ? 1 : 0;
  const neutral = NEUTRAL_SHARE[label] * (1 - asContradiction);
  return { premise, hypothesis, entailment, neutral, contradiction: 1 - entailment - neutral };
}

function cursorOver<T>(items: readonly T[], random: Random): () => T {
  let order: T[] = [];
  return () => {
    if (order.length === 0) order = random.shuffle(items);
    return order.pop()!;
  };
}

/** Draws indices of sources by their shares. */
export function byShare(
  sources: readonly { readonly share: number }[],
  random: Pick<Random, 'uniform'>,
): () => number {
  const total = sources.reduce((sum, { share }) => sum + share, 0);
  return () => {
    let at = random.uniform() * total;
    const found = sources.findIndex(({ share }) => {
      at -= share;
      return at < 0;
    });
    return found === -1 ? sources.length - 1 : found;
  };
}
