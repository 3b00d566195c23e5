import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';

const AGAINST = { run: 0, documents: 24, macroF1: 0.427, ownMacroF1: 0.4 };

test('what a run is held against has one name after the training and in the list', () => {
  for (const { train } of [en, de]) {
    const row = train.against(AGAINST, { tookOver: false, active: false });
    const name = train === en.train ? 'your decisions alone' : 'mit Ihren Entscheidungen allein';
    expect(row).toContain(name);
    expect(train.keptBefore(AGAINST)).toContain(name);
  }
});

test('a run that was chosen although it does worse is not said to be put aside', () => {
  for (const [train, before, chosen] of [
    [en.train, /what suggested before went on/, /suggests because it was chosen/],
    [de.train, /Vorschlägen von vorher/, /schlägt vor, weil er gewählt wurde/],
  ] as const) {
    const aside = train.against(AGAINST, { tookOver: false, active: false });
    const inUse = train.against(AGAINST, { tookOver: false, active: true });
    expect(aside).toMatch(before);
    expect(aside).not.toMatch(/goes on|bleibt es/);
    expect(inUse).toMatch(chosen);
    expect(inUse).not.toMatch(before);
  }
});

test('a run that suggests though its figure is lower says that this may be chance', () => {
  for (const [train, chance] of [
    [en.train, /may be chance/],
    [de.train, /kann Zufall sein/],
  ] as const) {
    expect(train.against(AGAINST, { tookOver: true, active: true })).toMatch(chance);
    expect(train.against({ ...AGAINST, ownMacroF1: 0.5 }, { tookOver: true, active: true })).not.toMatch(
      chance,
    );
  }
});
