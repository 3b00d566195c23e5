import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { InteractionRecipe } from '../../../tools/nli/interaction/recipe.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyEncoder, writeTinyModel } from '../../support/tinyModel.ts';

/** No text has a word twice, for the tiny encoder knows no places: both would be nearest to a label's token. */
const LABELS = [
  {
    name: 'shipping',
    description: 'the parcel came',
    hypothesis: 'this is about shipping .',
    texts: [
      'the parcel came late',
      'late shipping',
      'parcel came',
      'the parcel is late .',
      'came late and nice',
    ],
  },
  {
    name: 'price',
    description: ' ',
    hypothesis: 'this is about price .',
    texts: ['the price is high', 'high price .', 'nice price', 'this is high', 'and the price came high'],
  },
  {
    name: 'colour',
    description: 'nice and high colour',
    hypothesis: 'this is about the colour',
    texts: [
      'nice colour',
      'the colour is nice .',
      'this colour',
      'and the colour came nice',
      'colour is high',
    ],
  },
];
const BOTH = { text: 'nice colour and price', labels: ['price', 'colour'] };

/** A data folder with one set, whose texts come in the order of their labels. */
export function writeTinyData(): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'text', 'orders'), { recursive: true });
  const labels = LABELS.map(({ texts: _, ...label }) => label);
  writeFileSync(join(dir, 'text', 'orders', 'labels.json'), JSON.stringify(labels));
  const rows = [
    BOTH,
    ...LABELS.flatMap(({ name, texts }) => texts.map((text) => ({ text, labels: [name] }))),
  ];
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(dir, 'text', 'orders', 'train.jsonl.gz'), gzipSync(lines));
  return dir;
}

export function writeTinyFolder({ encoder = true } = {}): string {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  if (encoder) writeTinyEncoder(dir);
  return dir;
}

export const TINY: InteractionRecipe = {
  name: 'tiny',
  seed: 1,
  steps: 60,
  learningRate: 2e-2,
  warmupSteps: 5,
  clipNorm: 1,
  maxLength: 32,
  textsPerSet: { fewLabels: 12, manyLabels: 5 },
  labels: { least: 2, most: 3 },
  texts: { likely: 6, others: 2 },
  sharpness: 5,
  share: 0.5,
  textsToLabels: 0.6,
  pull: 1e-4,
  back: 0.5,
  sets: [{ set: 'text/orders', share: 4 }],
};
