import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';

const AGAINST = { run: 0, documents: 24, macroF1: 0.427, ownMacroF1: 0.4 };

test('what a run is held against has one name after the training and in the list', () => {
  for (const { train } of [en, de]) {
    const row = train.against(AGAINST, false);
    const name = train === en.train ? 'your decisions alone' : 'mit Ihren Entscheidungen allein';
    expect(row).toContain(name);
    expect(train.keptBefore(AGAINST)).toContain(name);
  }
});
