import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInteractionRecipe } from '../../../tools/nli/interaction/recipe.ts';
import { readRecipe } from '../../../tools/nli/recipe.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { TINY } from './material.ts';

const RECIPES = join(import.meta.dirname, '../../../tools/recipes');

test('the shipped recipe trains on the sets that the encoder was trained on, and on no other', () => {
  const recipe = readInteractionRecipe(join(RECIPES, 'interaction.json'));
  const { zeroShot, heldOut } = readRecipe(join(RECIPES, 'bge-small-embeddings.json'));
  expect(recipe.sets).toEqual(zeroShot.sets);
  const held = heldOut.sets.map(({ set }) => set);
  expect(recipe.sets.filter(({ set }) => held.includes(set))).toEqual([]);
});

test.each([
  ['an unknown field', { shaer: 0.5 }, 'shaer'],
  ['fewer labels at most than at least', { labels: { least: 4, most: 3 } }, 'field labels'],
  ['a share above 1', { share: 1.5 }, 'field share'],
  ['no set', { sets: [] }, 'field sets'],
  ['a set without a share', { sets: [{ set: 'text/orders' }] }, 'field sets.0.share'],
])('a recipe with %s is refused', (_, change, named) => {
  const path = join(temporaryFolder(), 'recipe.json');
  writeFileSync(path, JSON.stringify(TINY));
  expect(readInteractionRecipe(path)).toEqual(TINY);
  writeFileSync(path, JSON.stringify({ ...TINY, ...change }));
  expect(() => readInteractionRecipe(path)).toThrow(/recipe\.json, field /);
  expect(() => readInteractionRecipe(path)).toThrow(named);
});

test('a recipe that is no JSON is refused by its name', () => {
  const path = join(temporaryFolder(), 'recipe.json');
  writeFileSync(path, '{');
  expect(() => readInteractionRecipe(path)).toThrow(`${path} cannot be read as JSON.`);
});
