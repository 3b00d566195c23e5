import { describe, expect, test } from 'vitest';
import { isUndecided, labelsIn } from '../../../backend/importing/cells.ts';
import { separatorOf } from '../../../backend/importing/separators.ts';

const listing = (separator: string, ...known: string[]) => ({ separator, known: new Set(known) });
const names = (cell: unknown, given: ReturnType<typeof listing>) => labelsIn(cell, given, 'labels')?.names;

test.each([
  ['price, service', ['price', 'service']],
  ['food, drinks, price', ['food, drinks', 'price']],
  ['price, food, drinks', ['price', 'food, drinks']],
  ['food, drinks, snacks, price', ['food, drinks, snacks', 'price']],
  ['"late, again", price', ['late, again', 'price']],
  ['price, "late', ['price', '"late']],
  ['a "b, c" d', ['a "b', 'c" d']],
  [' , price,, ', ['price']],
])('%j in a project that has "food, drinks": %j', (cell, expected) => {
  expect(names(cell, listing(',', 'food, drinks', 'food, drinks, snacks', 'price'))).toEqual(expected);
});

// Each of these took minutes to for ever: a cell costs what it is long, not its square or cube.
describe('cells of a damaged or hostile file end', () => {
  const MANY = 300_000;
  test.each([
    ['separators', ','.repeat(MANY), 0],
    ['names', 'a,'.repeat(MANY), MANY],
    ['quotes', `"${' "'.repeat(MANY)}`, 'longer than 200'],
    ['quotes after a name', `a,"${'"'.repeat(MANY)}b`, 'longer than 200'],
    ['separators after a quote that never ends', `"${'x,'.repeat(MANY)}`, MANY],
    ['strings of Python', `['a'${", 'b'".repeat(MANY)}]`, MANY + 1],
    ['numbers of JSON', `[1${',1'.repeat(MANY)}]`, 0],
  ])('%s', (_, cell, count) => {
    const read = () => names(cell, listing(',', 'food, drinks', 'price'));
    if (typeof count === 'string') expect(read).toThrow(count);
    else expect(read()).toHaveLength(count);
    expect(separatorOf([cell, 'price'], { known: new Set(['price']), hash: 'no' })).toMatch(/^[,|;]?$/);
  });
});

test.each(['-', '–', '--', '\\N', '#NV', 'k.A.', 'k. A.', 'n.a.', '(null)', '?', 'None', 'n/a'])(
  '%j names no label and decides none, unless the project has a label that is called so',
  (cell) => {
    expect(labelsIn(cell, listing(','), 'labels')).toBeNull();
    expect(isUndecided(cell)).toBe(true);
    expect(names(cell, listing(',', cell.toLowerCase()))).toEqual([cell]);
  },
);

test.each([
  ['case', ['Shipping', 'price;  SHIPPING', 'other'], ';'],
  ['spaces', ['late  delivery', 'price, late delivery'], ','],
  ['Unicode form', ['caf\u00e9', 'price|cafe\u0301'], '|'],
  ['width', ['ＰＲＩＣＥ', 'price', 'café|cafe\u0301', 'shipping ; Price'], ';'],
  ['case, as whole cells', ['price; other', 'PRICE; Other', 'late', 'Late'], ';'],
  ['case, of one cell', ['price; other', 'late', 'Late'], ''],
])('names that differ only in %s are one that comes again', (_, cells, wanted) => {
  expect(separatorOf(cells, { known: new Set(), hash: 'no' })).toBe(wanted);
});

test('a label of the project is one in any spelling', () => {
  expect(names('FOOD,  Drinks, price', listing(',', 'food, drinks'))).toEqual(['FOOD,  Drinks', 'price']);
  expect(names('ｎ/ａ', listing(',', 'n/a'))).toEqual(['ｎ/ａ']);
});
