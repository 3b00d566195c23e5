import { expect, test } from 'vitest';
import { withIntervals } from '../../../engine/evaluate/intervals.ts';
import { evaluate } from '../../../engine/evaluate/metrics.ts';
import { modelCard } from '../../../engine/export/card.ts';
import { exportRequest } from './request.ts';

const rows = [
  [1, 0.9],
  [1, 0.2],
  [0, 0.7],
  [0, 0.1],
].map(([yes, score]) => ({
  gold: Uint8Array.of(yes!, 0),
  decided: Uint8Array.of(1, 1),
  scores: Float32Array.of(score!, 0.1),
  thresholds: [0.5, 0.5],
}));
const figures = (own: typeof rows) =>
  withIntervals(
    evaluate({
      gold: own.map(({ gold }) => gold),
      scores: own.map(({ scores }) => scores),
      labelNames: ['late', 'price'],
      thresholds: [0.5, 0.5],
    }),
    own,
    { atRandom: true },
  );
const cardOf = async (own: typeof rows, chosenThresholds: string[] = []) =>
  modelCard({ ...exportRequest('out').card, metrics: await figures(own), chosenThresholds }, [], {
    withoutPytorch: null,
    smaller: [],
    base: { languages: [], baseModels: [] },
  });

test('each figure of the card has its interval, and what can’t be judged is a dash', async () => {
  const card = await cardOf(rows);
  expect(card).toMatch(/\| late \| 50\.0 \(\d+\.\d to \d+\.\d\) \| 50\.0 \(.*\) \| 50\.0 \(.*\) \| 2 \|/);
  expect(card).toContain('| price | – | – | – | 0 |');
  for (const average of ['macro', 'micro'])
    expect(card).toMatch(
      new RegExp(String.raw`\| ${average} average \|( 50\.0 \(\d+\.\d to \d+\.\d\) \|){3} {2}\|`),
    );
  expect(card).toMatch(/Mean average precision: \d+\.\d \(\d+\.\d to \d+\.\d\)\./);
  expect(card).toContain('95 % intervals');
});

test('where no label can be judged the averages are dashes, too', async () => {
  expect(await cardOf(rows.slice(2))).toContain('| macro average | – | – | – |  |');
  expect(await cardOf(rows.slice(2))).toContain('Mean average precision: –.');
});

test('what lies beside a model is said to be taught by decisions only where there were some', async () => {
  const cardWith = (documents: number) =>
    modelCard(
      { ...exportRequest('out').card, trained: false, together: { documents, labels: [], figures: null } },
      [],
      { withoutPytorch: null, smaller: [], base: { languages: [], baseModels: [] } },
    );
  expect(cardWith(12)).toContain('what the decisions on 12 documents taught, a small head per label');
  expect(cardWith(0)).toContain('what documents of which none was decided tell of labels, a small head');
});

test('a threshold that a person chose is told from that of the figures', async () => {
  expect(await cardOf(rows, ['late'])).toContain(
    'For late the table above has a threshold that a person chose',
  );
  expect(await cardOf(rows)).not.toContain('a person chose');
});

test('the card says in which precision the folder computes, and how far that is from the app', async () => {
  const card = await cardOf(rows);
  expect(card).toMatch(/computes in float32\..* 8-bit weights .* up to about 0\.02 away/);
  expect(card).toContain('`entail predict --precision fp32` gives what is given here.');
});
