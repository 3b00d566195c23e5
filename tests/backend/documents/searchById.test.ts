import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { SORTS } from '../../../contract/index.ts';
import { newProject } from '../../support/project.ts';

const DOCUMENTS = [
  ['1042', 'the parcel came late'],
  ['007', 'a letter'],
  ['T-12', 'see ticket 1042'],
  ['Ärger', 'the price'],
  ['50%_"x"', 'a parcel'],
  ['10423', 'nothing new'],
] as const;

function project() {
  const found = newProject();
  const { documents } = found.stores;
  found.write(() => {
    for (const [externalId, text] of DOCUMENTS)
      documents.add(
        { externalId, text, meta: new Map(), split: null, source: 'mail' },
        '2026-01-01T00:00:00.000Z',
      );
  });
  return found;
}

test('a search finds a document by its own id, beside those whose text has the words', () => {
  const { documentQuery, documents } = project().stores;
  const found = (search: string, sort: (typeof SORTS)[number] = 'order') =>
    [...documentQuery.matching({ annotatorId: 1, filter: { search, status: 'all' }, sort })].map(
      (id) => documents.get(id)?.externalId,
    );
  expect(found('1042')).toEqual(['1042', 'T-12']);
  expect(found(' 007 ')).toEqual(['007']);
  expect(found('7')).toEqual([]);
  expect([found('t-12'), found('ÄRGER'), found('ärger')]).toEqual([['T-12'], [], []]);
  expect(found('Ärger')).toEqual(['Ärger']);
  expect([found('50%_"x"'), found('50%'), found('%')]).toEqual([['50%_"x"'], [], []]);
  expect(found('parcel')).toEqual(['1042', '50%_"x"']);
  expect(found('')).toHaveLength(6);
  for (const sort of SORTS) expect(new Set(found('1042', sort)), sort).toEqual(new Set(['1042', 'T-12']));
  expect(found('1042', 'longest')).toEqual(['1042', 'T-12']);
});

test('with a filter of states, and among what is open, it is found as well', () => {
  const own = project();
  const { documentQuery, annotations } = own.stores;
  annotate(own, 'ada', [decided(1, { yes: [1], no: [2] })]);
  const annotatorId = annotations.annotatorId('ada')!;
  const matching = (status: 'done' | 'new') => [
    ...documentQuery.matching({ annotatorId, filter: { search: '1042', status }, sort: 'order' }),
  ];
  expect([matching('done'), matching('new')]).toEqual([[1], [3]]);
  expect(documentQuery.searchOpen('ada', '1042', 9)).toEqual([3]);
  expect(documentQuery.searchOpen('bob', '1042', 9)).toEqual([1, 3]);
  expect(documentQuery.searchOpen('bob', '007', 9)).toEqual([2]);
});
