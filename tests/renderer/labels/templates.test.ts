import { expect, test } from 'vitest';
import { sentenceOf } from '../../../renderer/src/labels/templates.ts';

test('a name stands in a sentence as it would be written there', () => {
  const about = (name: string) => sentenceOf('This text is about {}.', name);
  expect(about('Shipping speed')).toBe('This text is about shipping speed.');
  expect(about('Product Quality')).toBe('This text is about product quality.');
  expect(about('GDPR request')).toBe('This text is about GDPR request.');
  expect(about('Ärger mit iPhone 12A')).toBe('This text is about ärger mit iPhone 12A.');
});

test('a name is no pattern', () => {
  expect(sentenceOf('About {}.', "$& {} $'")).toBe("About $& {} $'.");
});
