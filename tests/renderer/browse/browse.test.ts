import { describe, expect, it } from 'vitest';
import type { Row } from '../../../contract/index.ts';
import {
  conditionsOf,
  filterOf,
  NO_CONDITIONS,
  NO_FIELD,
  withChoice,
} from '../../../renderer/src/browse/conditions.ts';
import { missing, PAGE, rowAt, withPage } from '../../../renderer/src/browse/pages.ts';
import { between, moved, withAll, withToggled } from '../../../renderer/src/browse/selection.ts';

const rows = (from: number): Row[] =>
  Array.from({ length: PAGE }, (_, i) => ({
    id: from + i,
    externalId: null,
    start: '',
    status: 'new',
    flagged: false,
    labels: [],
    accepted: [],
    undecided: 0,
    suggestion: null,
    fields: [],
  }));

describe('what is looked for', () => {
  it('becomes a filter with the conditions that are set, and comes back from it', () => {
    const conditions = {
      ...NO_CONDITIONS,
      labelId: 7,
      relation: 'open' as const,
      from: 0.8,
      duplicates: true,
    };
    const filter = {
      search: '',
      status: 'all',
      decided: { labelId: 7, value: 'undecided' },
      suggested: { labelId: 7, from: 0.8, to: 1 },
      duplicates: true,
    };
    expect(filterOf(conditions)).toEqual(filter);
    expect(conditionsOf(filterOf(conditions))).toEqual(conditions);
    expect(filterOf(NO_CONDITIONS)).toEqual({ search: '', status: 'all' });
    expect(filterOf({ ...conditions, relation: 'no' }).decided).toEqual({ labelId: 7, value: 'no' });
    expect(filterOf({ ...conditions, relation: 'suggested' }).decided).toBeUndefined();
  });

  it('asks for what is suggested by the label’s own threshold, unless someone says from which probability', () => {
    const conditions = { ...NO_CONDITIONS, labelId: 7, relation: 'suggested' as const };
    expect(filterOf(conditions).suggested).toEqual({ labelId: 7, to: 1 });
    expect(conditionsOf(filterOf(conditions))).toEqual(conditions);
    expect(filterOf({ ...conditions, from: 0 }).suggested).toEqual({ labelId: 7, from: 0, to: 1 });
  });
});

describe('conditions on fields', () => {
  const team = { ...NO_FIELD, name: 'team', is: 'North' };
  const amount = { ...NO_FIELD, name: 'amount', from: '40' };

  it('all go into the filter, and come back from it', () => {
    const conditions = { ...NO_CONDITIONS, fields: [team, amount] };
    const { fields } = filterOf(conditions);
    expect(fields).toEqual([
      { name: 'team', is: 'North' },
      { name: 'amount', from: 40 },
    ]);
    expect(conditionsOf({ fields })).toEqual(conditions);
  });

  it('are added behind the others, changed in their place, and go with their field', () => {
    expect(withChoice([], 0, team)).toEqual([team]);
    expect(withChoice([team], 1, amount)).toEqual([team, amount]);
    expect(withChoice([team, amount], 0, { ...team, is: null })).toEqual([{ ...team, is: null }, amount]);
    expect(withChoice([team, amount], 0, NO_FIELD)).toEqual([amount]);
    expect(withChoice([team], 1, NO_FIELD)).toEqual([team]);
  });
});

describe('pages of documents', () => {
  it('gives a row by its position and names the pages that are missing', () => {
    const pages = new Map([[1, rows(100)]]);
    expect(rowAt(pages, 150)?.id).toBe(150);
    expect(rowAt(pages, 20)).toBeUndefined();
    expect(missing(pages, 90, 320)).toEqual([0, 2, 3]);
  });

  it('keeps a bounded number of pages around what is looked at', () => {
    let pages: ReadonlyMap<number, readonly Row[]> = new Map();
    for (let page = 0; page < 100; page++) pages = withPage(pages, page, rows(page * PAGE));
    expect([...pages.keys()]).toEqual(Array.from({ length: 40 }, (_, i) => i + 60));
  });
});

describe('choosing', () => {
  it('toggles one, adds many, knows a stretch in either direction', () => {
    expect([...withToggled(new Set([1, 2]), 2)]).toEqual([1]);
    expect([...withAll(new Set([1]), [1, 3])]).toEqual([1, 3]);
    expect(between(9, 3)).toEqual({ first: 3, last: 9 });
  });

  it('moves within the list and ignores other keys', () => {
    expect(moved('ArrowDown', 4, 5, 10)).toBe(4);
    expect(moved('PageUp', 4, 5, 10)).toBe(0);
    expect(moved('End', 0, 5, 10)).toBe(4);
    expect(moved('x', 0, 5, 10)).toBeUndefined();
    expect(moved('toString', 0, 5, 10)).toBeUndefined();
    expect(moved('Home', 0, 0, 10)).toBeUndefined();
  });
});
