/** Topics that a sentence of the texts below speaks of. */
const PARTS = [
  [
    'shipping',
    ['The parcel came a week late.', 'It arrived the next morning.', 'The courier lost it twice.'],
  ],
  [
    'price',
    ['Far too expensive for what it is.', 'A bargain at that price.', 'It costs half as much next door.'],
  ],
  [
    'quality',
    ['The handle broke on day one.', 'Solid steel, made to last.', 'The seams come apart already.'],
  ],
] as const;
const ITEMS = ['kettle', 'lamp', 'chair', 'rucksack', 'clock', 'jacket', 'pan', 'shelf', 'tent', 'speaker'];

export interface Review {
  readonly id: string;
  readonly text: string;
  readonly labels: readonly string[];
}

export const LABELS = PARTS.map(([name]) => name);

/** Forty reviews, each about one or two of three topics; the same at each call. */
export const REVIEWS: readonly Review[] = Array.from({ length: 40 }, (_, i) => {
  const [first, second] = [PARTS[i % 3]!, PARTS[(i + 1) % 3]!];
  const both = i % 4 === 0;
  const sentence = (part: (typeof PARTS)[number]) => part[1][Math.floor(i / 3) % 3]!;
  const text = `I bought this ${ITEMS[i % 10]} in week ${i + 1}. ${sentence(first)}${both ? ` ${sentence(second)}` : ''}`;
  return { id: `r${i + 1}`, text, labels: both ? [first[0], second[0]] : [first[0]] };
});

/** With a row that is there twice and one that is empty. */
export const CSV = [
  'number,review',
  ...REVIEWS.map(({ id, text }) => `${id},"${text}"`),
  `r41,"${REVIEWS[0]!.text}"`,
  'r42,',
].join('\n');

/** Which labels a shown text has, for deciding as a person would. */
export const labelsOf = (text: string): readonly string[] =>
  REVIEWS.find((review) => text.includes(review.text))?.labels ?? [];
