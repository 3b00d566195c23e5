import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';

test.each([
  {
    evaluate: en.evaluate,
    claims: /only yes|what applies/i,
    why: /only given, or only rejected, on documents/,
  },
  { evaluate: de.evaluate, claims: /nur Ja|was zutrifft/i, why: /an Dokumenten, .+ nur vergeben oder nur/ },
])('what is not measured on need not be yeses: $why', ({ evaluate, claims, why }) => {
  for (const text of [evaluate.oneSided(1), evaluate.oneSided(5), evaluate.nothing['one-sided'].text]) {
    expect(text).not.toMatch(claims);
    expect(text).toMatch(why);
  }
});

test('nobody is asked to annotate more documents than there are', () => {
  const of = { least: 20, more: 15 };
  expect(en.evaluate.heldOutFrom({ ...of, documents: 40 })).toMatch(/: annotate 15 more\.$/);
  expect(en.evaluate.heldOutFrom({ ...of, documents: 5 })).toMatch(/has 5 to learn from, import more\.$/);
  expect(de.evaluate.heldOutFrom({ ...of, documents: 5 })).toMatch(
    /hat 5 zum Lernen, importieren Sie weitere\.$/,
  );
});
