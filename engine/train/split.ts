import { EngineError } from '../errors.ts';
import type { Random } from '../random.ts';

/** Indices of documents, ascending; every document is in exactly one part. */
export interface Split {
  readonly train: number[];
  readonly heldOut: number[];
}

/** What a part (0 train, 1 held out) still wants: documents in all, and documents with each label. */
interface Wish {
  documents: number;
  readonly labels: number[];
}

/**
 * Train and held-out documents such that each label has about the same share in both: iterative stratification
 * (Sechidis, Tsoumakas and Vlahavas 2011, algorithm 1), the rarest label first.
 *
 * labels: [documents], the accepted label indices of each. The same random source gives the same split. Two or more
 * documents give two parts that are not empty. Throws `split_invalid` when the share is not between 0 and 1.
 */
export function splitDocuments({
  labels,
  heldOutShare,
  random,
}: {
  readonly labels: readonly (readonly number[])[];
  readonly heldOutShare: number;
  readonly random: Pick<Random, 'shuffle' | 'integer'>;
}): Split {
  if (!(heldOutShare > 0 && heldOutShare < 1)) {
    throw new EngineError(
      'split_invalid',
      `A held-out share of ${heldOutShare} is not between 0 and 1.`,
      'Choose 0.2.',
    );
  }
  const documents = labels.map((own) => new Set(own));
  const withLabel = documentsByLabel(documents);
  const wishes = [1 - heldOutShare, heldOutShare].map((share) => wishFor(share, documents.length, withLabel));
  const parts = new Array<number>(documents.length).fill(-1);

  const assign = (document: number, part: number) => {
    parts[document] = part;
    const wish = wishes[part] as Wish;
    wish.documents -= 1;
    for (const label of documents[document] as Set<number>) {
      wish.labels[label] = (wish.labels[label] as number) - 1;
      withLabel.get(label)?.delete(document);
    }
  };

  let label = rarestLabel(withLabel, random);
  while (label !== undefined) {
    for (const document of random.shuffle([...(withLabel.get(label) as Set<number>)])) {
      assign(document, neediestPart(wishes, label, random));
    }
    withLabel.delete(label);
    label = rarestLabel(withLabel, random);
  }
  const unlabelled = [...parts.keys()].filter((document) => parts[document] === -1);
  for (const document of random.shuffle(unlabelled))
    assign(document, neediestPart(wishes, undefined, random));
  return withoutEmptyPart(parts, random);
}

function documentsByLabel(documents: readonly ReadonlySet<number>[]): Map<number, Set<number>> {
  const withLabel = new Map<number, Set<number>>();
  for (const [document, labels] of documents.entries()) {
    for (const label of labels) {
      const having = withLabel.get(label);
      if (having === undefined) withLabel.set(label, new Set([document]));
      else having.add(document);
    }
  }
  return withLabel;
}

function wishFor(share: number, documents: number, withLabel: ReadonlyMap<number, Set<number>>): Wish {
  const labels: number[] = [];
  for (const [label, having] of withLabel) labels[label] = having.size * share;
  return { documents: documents * share, labels };
}

function rarestLabel(
  withLabel: ReadonlyMap<number, Set<number>>,
  random: Pick<Random, 'integer'>,
): number | undefined {
  let rarest: number[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const [label, { size }] of withLabel) {
    if (size === 0 || size > fewest) continue;
    if (size < fewest) rarest = [];
    fewest = size;
    rarest.push(label);
  }
  return rarest.length === 0 ? undefined : rarest[random.integer(rarest.length)];
}

/** The part that wants the label most, among equals more documents, among equals at random. */
function neediestPart(
  [train, heldOut]: readonly Wish[],
  label: number | undefined,
  random: Pick<Random, 'integer'>,
): number {
  const wanted = (wish: Wish | undefined) => (label === undefined ? 0 : (wish?.labels[label] ?? 0));
  const difference = wanted(heldOut) - wanted(train) || (heldOut?.documents ?? 0) - (train?.documents ?? 0);
  if (difference === 0) return random.integer(2);
  return difference > 0 ? 1 : 0;
}

function withoutEmptyPart(parts: number[], random: Pick<Random, 'integer'>): Split {
  for (const part of [0, 1]) {
    if (parts.length > 1 && !parts.includes(part)) parts[random.integer(parts.length)] = part;
  }
  const of = (part: number) => [...parts.keys()].filter((document) => parts[document] === part);
  return { train: of(0), heldOut: of(1) };
}
