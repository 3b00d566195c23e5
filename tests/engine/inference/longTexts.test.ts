import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';

const EMBEDDED = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const FILLER =
  'The town lies in a wide valley between two rivers. In spring the orchards bloom and the market opens on Saturdays. ';
const LAST = 'I sent the shoes back and want a refund, because the soles came off after two days.';
const RETURNS = 'This text is about returning goods for a refund.';

test('a 5,000-word text whose only relevant sentence is its last is found, and the passage is its end', async () => {
  const model = await loadNliModel(EMBEDDED);
  const filler = FILLER.repeat(Math.ceil(5000 / FILLER.split(' ').length));
  const [without, withLast] = await scoreTexts(model, {
    texts: [filler, filler + LAST],
    hypotheses: [RETURNS],
  });
  expect(withLast!.probabilities[0]! - without!.probabilities[0]!).toBeGreaterThan(0.2);
  expect(withLast!.passages[0]!.end).toBe((filler + LAST).length);
}, 180_000);

test('57: texts of 0, 1 and a million characters are scored; a label of 2,000 words is refused with its reason', async () => {
  const model = await loadNliModel(EMBEDDED);
  const scores = await scoreTexts(model, { texts: ['', 'x', 'x'.repeat(1_000_000)], hypotheses: [RETURNS] });
  for (const { probabilities } of scores) expect(probabilities[0]).toBeGreaterThanOrEqual(0);
  const long = `This text is about ${'very '.repeat(2000)}much.`;
  await expect(scoreTexts(model, { texts: ['x'], hypotheses: [long] })).rejects.toMatchObject({
    code: 'hypothesis_too_long',
  });
}, 180_000);
