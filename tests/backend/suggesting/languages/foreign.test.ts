import { expect, test } from 'vitest';
import { languageDetector } from '../../../../backend/suggesting/languages/detect.ts';
import { foreignDocuments } from '../../../../backend/suggesting/languages/foreign.ts';
import { ENGLISH, FRENCH, GERMAN, writeCard } from '../../../support/languages.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

function modelOf(...languages: string[]): string {
  const dir = temporaryFolder();
  writeCard(dir, languages);
  return dir;
}

const times = (texts: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () => texts).flat();

test('a text tells its language, and what is too short or no text tells none', async () => {
  const detect = await languageDetector();
  expect(GERMAN.map(detect)).toEqual(GERMAN.map(() => 'de'));
  expect(FRENCH.map(detect)).toEqual(FRENCH.map(() => 'fr'));
  expect(ENGLISH.map(detect)).toEqual(ENGLISH.map(() => 'en'));
  expect(
    ['', 'ok', '4711 – 0815', '123 456 789 101 112 131 415', '👍👍👍👍👍👍👍👍👍👍👍👍'].map(detect),
  ).toEqual([null, null, null, null, null]);
});

test('a short text in another script tells its language', async () => {
  const detect = await languageDetector();
  const short = {
    '快递太慢了，包装也坏了。': 'zh',
    '配送が遅かったです。': 'ja',
    '배송이 늦었어요': 'ko',
    สินค้ามาช้า: 'th',
    'החבילה הגיעה באיחור': 'he',
    'Το δέμα άργησε': 'el',
    'Посылка опоздала': 'ru',
    'الطرد تأخر': 'ar',
  };
  for (const [text, language] of Object.entries(short)) expect(detect(text), text).toBe(language);
  expect(['很好', 'Ω', 'ok 好'].map(detect)).toEqual([null, null, null]);
});

test('the share is of all documents that say something, not of those whose language is clear', async () => {
  const dir = modelOf('en');
  const unclear = Array.from({ length: 40 }, (_, i) => `lol ok thx ${i}`);
  expect(await foreignDocuments([...unclear, GERMAN[0]], dir)).toBeNull();
  expect(await foreignDocuments([...unclear, ...times(GERMAN, 2), ' ', ''], dir)).toMatchObject({
    share: 0.2,
  });
});

test('documents in a language that the model does not read are found, with their share', async () => {
  const dir = modelOf('en');
  expect(await foreignDocuments(GERMAN, dir)).toEqual({ reads: ['en'], languages: ['de'], share: 1 });
  expect(await foreignDocuments([...times(ENGLISH, 3), ...times(GERMAN, 1)], dir)).toEqual({
    ...{ reads: ['en'], languages: ['de'] },
    share: 0.25,
  });
  expect(await foreignDocuments([...times(GERMAN, 4), ...FRENCH], dir)).toMatchObject({
    languages: ['de', 'fr'],
  });
});

test('a few foreign texts among many, one among few, and texts that tell no language are nothing', async () => {
  const dir = modelOf('en');
  expect(await foreignDocuments([...times(ENGLISH, 8), ...GERMAN.slice(0, 4)], dir)).toBeNull();
  expect(await foreignDocuments([...times(ENGLISH, 1), GERMAN[0]], dir)).toBeNull();
  expect(await foreignDocuments(['ok', '', '12'], dir)).toBeNull();
  expect(await foreignDocuments([], dir)).toBeNull();
  expect(await foreignDocuments([GERMAN[0]], dir)).toMatchObject({ share: 1 });
});

test('what the model reads is none of these, and neither is anything where it does not say', async () => {
  expect(await foreignDocuments(GERMAN, modelOf('en', 'de'))).toBeNull();
  expect(await foreignDocuments(GERMAN, modelOf('multilingual'))).toBeNull();
  expect(await foreignDocuments(GERMAN, temporaryFolder())).toBeNull();
});
