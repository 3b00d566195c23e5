import { expect, test } from 'vitest';
import { rolesOf } from '../../../backend/importing/columns.ts';

const TEXTS = Array.from({ length: 40 }, (_, i) => `It came late and was wet, number ${i}.`);
const each = (value: (i: number) => string) => TEXTS.map((_, i) => value(i));
const NUMBERS = each((i) => String(4000 + i));

/** What a column becomes beside one of texts. */
function roleOf(name: string, values: readonly string[], ...more: { name: string; values: string[] }[]) {
  const columns = [{ name, values }, { name: 'Message', values: TEXTS }, ...more];
  return rolesOf(columns, { ours: false, file: 'a.csv' })[0]?.role;
}

test.each(['Ticket No', 'Ticket-Nr', 'case id', 'Case number', 'Vorgangsnummer', 'caseId', '#', 'Nr'])(
  '%s is an id where each row has its own',
  (name) => {
    expect(roleOf(name, NUMBERS)).toBe('id');
    expect(
      roleOf(
        name,
        each((i) => String(i % 20)),
      ),
    ).toBe('meta');
    expect(
      roleOf(
        name,
        each(() => ''),
      ),
    ).toBe('meta');
  },
);

test('what several rows may share is no id, nor one of two that could be it, nor what stands beside an id', () => {
  for (const name of [
    'Customer No',
    'reviewer_id',
    'session id',
    'ticket agent id',
    'Kundennummer',
    'phone number',
    'Order ID',
    'number',
    'Agent',
    'Created',
    'piano',
  ])
    expect(roleOf(name, NUMBERS)).toBe('meta');
  expect(roleOf('Ticket No', NUMBERS, { name: 'Case No', values: NUMBERS })).toBe('meta');
  expect(roleOf('Ticket No', NUMBERS, { name: 'id', values: NUMBERS })).toBe('meta');
});

test('days, classes of a school and what a product is tagged with are no labels by their names', () => {
  for (const name of ['Tag', 'Class', 'Klasse'])
    expect(
      roleOf(
        name,
        each((i) => ['Montag', 'Dienstag', '1a'][i % 3] ?? ''),
      ),
    ).toBe('meta');
});

test.each(['Category', 'Kategorie', 'topic', 'Schlagwörter'])(
  '%s holds labels where few values come again',
  (name) => {
    expect(
      roleOf(
        name,
        each((i) => ['Billing', 'Login; Billing', ''][i % 3] ?? ''),
      ),
    ).toBe('labels');
    // Words of their own, numbers, sentences, or columns of yes and no beside them.
    expect(
      roleOf(
        name,
        each((i) => `name ${i}`),
      ),
    ).toBe('meta');
    expect(
      roleOf(
        name,
        each((i) => String(i % 3)),
      ),
    ).toBe('meta');
    expect(
      roleOf(
        name,
        each(() => 'it was not clear to us what this one is'),
      ),
    ).toBe('meta');
    expect(
      roleOf(
        name,
        each((i) => `c${i % 3}`),
        { name: 'late', values: each((i) => String(i % 2)) },
      ),
    ).toBe('meta');
  },
);

test('one column of yes and no among others says something of a row; two, or one that the project has, are labels', async () => {
  const answers = each((i) => (i % 2 ? 'ja' : 'nein'));
  const others = ['Eingang', 'Kanal', 'Team'].map((name) => ({ name, values: each((i) => `w${i % 7}`) }));
  const roles = (names: readonly string[], more = others, known: string[] = []) =>
    rolesOf(
      [{ name: 'Anliegen', values: TEXTS }, ...names.map((name) => ({ name, values: answers })), ...more],
      { ours: false, file: 'a.csv', known },
    )
      .slice(1, 1 + names.length)
      .map(({ role }) => role);
  expect(roles(['Erledigt?'])).toEqual(['meta']);
  expect(roles(['Verspätet', 'Beschädigt'])).toEqual(['label', 'label']);
  expect(roles(['Verspätet'], others.slice(1))).toEqual(['label']);
  expect(roles(['verspätet'], others, ['Verspätet'])).toEqual(['label']);
});

test('a name that is broken over lines may be said in one', () => {
  const columns = [
    { name: 'Anliegen\n(Original)', values: TEXTS },
    { name: 'Antwort', values: TEXTS },
  ];
  const given = [{ column: 'Anliegen (Original)', role: 'text' as const }];
  expect(rolesOf(columns, { ours: false, file: 'a.csv', given })[0]?.role).toBe('text');
});
