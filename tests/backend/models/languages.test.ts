import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMBEDDED_MODEL } from '../../../backend/models/embedded.ts';
import { languageCode, languagesOfModel } from '../../../backend/models/languages.ts';
import { writeCard } from '../../support/languages.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a language has one code, however it is written', () => {
  expect(['en', 'eng', 'EN-GB', 'de', 'deu', 'nb', 'nn', 'no', 'tl', 'fil'].map(languageCode)).toEqual([
    'en',
    'en',
    'en',
    'de',
    'de',
    'no',
    'no',
    'no',
    'fil',
    'fil',
  ]);
  expect(['English', 'german', ' Chinese'].map(languageCode)).toEqual(['en', 'de', 'zh']);
  for (const none of [
    'multilingual',
    'multi',
    'mul',
    'zxx',
    'und',
    'xx',
    'code',
    'python',
    'all',
    'various',
    '',
    '???',
  ])
    expect(languageCode(none), none).toBeNull();
});

test('a model reads what its card says; a card that says nothing, or “multilingual”, says nothing against a language', () => {
  expect(languagesOfModel(EMBEDDED_MODEL)).toEqual(new Set(['en']));
  const dir = temporaryFolder();
  expect(languagesOfModel(dir)).toBeNull();
  writeCard(dir, ['eng', 'de-DE']);
  expect(languagesOfModel(dir)).toEqual(new Set(['en', 'de']));
  writeCard(dir, ['en', 'multilingual']);
  expect(languagesOfModel(dir)).toBeNull();
  writeFileSync(join(dir, 'README.md'), '# A model that reads English\n');
  expect(languagesOfModel(dir)).toBeNull();
});

test('a card that is a link out of the folder is not followed', () => {
  const [dir, other] = [temporaryFolder(), temporaryFolder()];
  writeCard(other, ['en']);
  symlinkSync(join(other, 'README.md'), join(dir, 'README.md'));
  expect(languagesOfModel(dir)).toBeNull();
});
