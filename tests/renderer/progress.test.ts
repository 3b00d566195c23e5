import { expect, test } from 'vitest';
import { STOP_MODELS, STOP_STEP } from '../../engine/progress/stopping.ts';
import { speak, t } from '../../renderer/src/texts/index.ts';

test.each(['en', 'de'] as const)(
  'what takes more finished documents than a project has says so, in %s',
  (language) => {
    speak(language);
    const words = t().progress;
    const needed = STOP_MODELS * STOP_STEP;
    expect(words.stopUnknown(needed)).toContain(`${needed}`);
    const { stopUnknown, forecastUnknown, curveUnknown, agreementUnknown, nothingText } = words;
    const unknown = [
      [stopUnknown, needed],
      [forecastUnknown, 40],
      [curveUnknown, 20],
      [agreementUnknown, 20],
      [nothingText, 20],
    ] as const;
    for (const [say, least] of unknown) {
      const enough = say(least);
      expect(enough).toContain(`${least}`);
      expect(say(least - 1)).toMatch(new RegExp(`^.{${enough.length}} .*${least - 1}.*[Ii]mport`));
    }
  },
);

test('a forecast of documents that are still to be imported says so', () => {
  speak('en');
  const forecast = { more: 50, gain: 0.02, low: 0, high: 0.04 };
  expect(t().progress.forecast(forecast, 0)).toMatch(/^50 more documents, once imported, would bring/);
  expect(t().progress.forecast({ ...forecast, more: 1 }, 1)).toMatch(/^1 more document would bring/);
});
