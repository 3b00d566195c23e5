import { expect, test } from 'vitest';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';

test('spellings that become fewer labels are told as that, and never as labels that are not new', () => {
  const many = { spellings: 24, labels: 12, fresh: 12 };
  expect(en.reading.labelCount(many)).toBe(
    '24 names in the file become 12 labels (which ones, below); all of them are new.',
  );
  expect(de.reading.labelCount(many)).toBe(
    'Aus 24 Namen in der Datei werden 12 Kategorien (welche, steht darunter); alle sind neu.',
  );
  expect(en.reading.labelCount({ spellings: 3, labels: 3, fresh: 1 })).toBe('3 labels, 1 of them new.');
  expect(en.reading.labelCount({ spellings: 1, labels: 1, fresh: 0 })).toBe('1 label, all in the project.');
  expect(de.reading.labelCount({ spellings: 1, labels: 1, fresh: 1 })).toBe('1 Kategorie, sie ist neu.');
});
