import { expect, it } from 'vitest';
import { alikeNames, isAlike } from '../../renderer/src/import/alike.ts';

it('names that a slip of the keys tells apart are alike', () => {
  for (const [one, other] of [
    ['Biling', 'Billing'],
    ['Log-in', 'login'],
    ['Delivry', 'DELIVERY'],
    ['Return', 'Returns'],
    ['Feature-Request', 'feature request'],
  ] as const)
    expect(isAlike(one, other), `${one} ${other}`).toBe(true);
});

it('short names, numbers and other words are not', () => {
  for (const [one, other] of [
    ['Tax', 'Fax'],
    ['Level 1', 'Level 2'],
    ['Delivery', 'Recovery'],
    ['Billing', 'Login'],
    ['Same', 'Same'],
  ] as const)
    expect(isAlike(one, other), `${one} ${other}`).toBe(false);
});

it('each new name is asked for once, and known names are what is meant', () => {
  const alike = alikeNames(['Biling', 'Log-in', 'login', 'Returns', 'Billing'], ['Billing']);
  expect([...alike]).toEqual([
    ['Biling', 'Billing'],
    ['login', 'Log-in'],
  ]);
});
