import { expect, test } from 'vitest';
import { formats } from '../../../renderer/src/texts/format.ts';
import { ago, speak, t } from '../../../renderer/src/texts/index.ts';
import { languageFor } from '../../../renderer/src/texts/language.ts';

const en = formats('en');
const de = formats('de');

test('numbers of things are written with their noun, as the language groups them', () => {
  const documents = { one: '# document', other: '# documents' };
  expect([1, 1234, 0].map((n) => en.plural(n, documents))).toEqual([
    '1 document',
    '1,234 documents',
    '0 documents',
  ]);
  expect(de.plural(1234, { one: '# Dokument', other: '# Dokumente' })).toBe('1.234 Dokumente');
});

test('sizes have one digit after the point below ten, and none of bytes', () => {
  const sizes = [0, 1, 999, 1500, 46_000_000, 1_140_000_000];
  expect(sizes.map(en.size)).toEqual(['0 bytes', '1 byte', '999 bytes', '1.5 KB', '46 MB', '1.1 GB']);
  expect(sizes.map(de.size)).toEqual(['0 Byte', '1 Byte', '999 Byte', '1,5 KB', '46 MB', '1,1 GB']);
});

test('durations have at most two units', () => {
  expect([-3, 0.4, 59.6, 75, 4000].map(en.duration)).toEqual([
    '0 s',
    '0 s',
    '1 min 0 s',
    '1 min 15 s',
    '1 h 6 min',
  ]);
});

test('a share is a percentage, whole or with one digit, and a difference has its sign', () => {
  expect([0, 0.005, 0.994, 1].map(en.percent)).toEqual(['0 %', '1 %', '99 %', '100 %']);
  expect([en.tenthsOf(0.8314), de.tenthsOf(0.8314)]).toEqual(['83.1', '83,1']);
  expect([en.points(3.14), en.points(-0.4), en.points(0), de.points(-0.4)]).toEqual([
    '+3.1',
    '−0.4',
    '0.0',
    '−0,4',
  ]);
});

test('a date of a document is written as the language does, as its file has it, and what is none stays', () => {
  const told = (own: typeof en, value: string) => own.fieldText(value).replace(/\s/g, ' ');
  expect(told(en, '2026-03-20')).toBe('Mar 20, 2026');
  expect(told(de, '2026-03-20')).toBe('20.03.2026');
  expect(told(en, '2026-03-20T14:05')).toBe('Mar 20, 2026, 2:05 PM');
  expect(told(de, '2026-03-20T14:05:00')).toBe('20.03.2026, 14:05');
  expect(told(de, '2026-03-20 00:00:07.5')).toBe('20.03.2026, 00:00:07');
  expect(told(de, '2026-03-20T23:30:00Z')).toBe('20.03.2026, 23:30 UTC');
  expect(told(de, '2026-03-20T23:30-05:00')).toBe('20.03.2026, 23:30 UTC−05:00');
  for (const value of ['', '2025-02-30', '2026-03-20T25:00', '2026-03', 'on 2026-03-20', '007'])
    expect(en.fieldText(value)).toBe(value);
});

test('names of labels are quoted, since they may hold what separates them', () => {
  expect(en.names(['Price', 'Food, drinks'])).toBe('“Price”, “Food, drinks”');
  expect(de.names(['Preis', 'Essen; Trinken'])).toBe('„Preis“, „Essen; Trinken“');
});

test('a moment is told by its distance in the language in use, and what is no moment by nothing', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  const all = () => [20, 90, 3 * 3600, 86_400, 40 * 86_400].map(before);
  expect(all()).toEqual(['just now', '1 minute ago', '3 hours ago', 'yesterday', 'last month']);
  speak('de');
  expect(all()).toEqual(['gerade eben', 'vor 1 Minute', 'vor 3 Stunden', 'gestern', 'letzten Monat']);
  speak('en');
  expect(ago('never', now)).toBe('');
});

test('the first language of a person that there is counts, else English', () => {
  expect(languageFor(['fr-FR', 'de-CH', 'en'])).toBe('de');
  expect(languageFor(['en-GB', 'de'])).toBe('en');
  expect(languageFor(['fr', 'DE'])).toBe('de');
  expect(languageFor(['fr', 'den'])).toBe('en');
  expect(languageFor([])).toBe('en');
});

test('what is said changes with the language', () => {
  expect(t().app.screens.settings).toBe('Settings');
  speak('de');
  expect(t().app.screens.settings).toBe('Einstellungen');
  speak('en');
});
