import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What people write to a shop. */
export const GERMAN = [
  'Das Paket kam eine Woche zu spät an und war außerdem beschädigt.',
  'Ich hätte gern mein Geld zurück, weil die Jacke nicht passt.',
  'Sehr schöne Farbe, und der Preis ist für diese Qualität wirklich in Ordnung.',
  'Der Kundendienst hat mir schnell und freundlich geholfen, vielen Dank!',
  'Leider funktioniert der Reißverschluss schon nach zwei Tagen nicht mehr.',
] as const;

export const FRENCH = [
  'Le colis est arrivé avec une semaine de retard et le carton était abîmé.',
  'Je voudrais être remboursée, car la veste est beaucoup trop petite.',
  'La couleur est très belle et le prix me paraît raisonnable.',
] as const;

export const ENGLISH = [
  'The parcel came a week late and the box was damaged.',
  'I would like my money back because the jacket does not fit.',
  'Lovely colour, and the price is fair for what you get.',
  'Support answered within the hour and was very friendly, thank you!',
  'Sadly the zip stopped working after only two days.',
] as const;

/** Gives a model's folder a card that says what it reads. */
export function writeCard(dir: string, languages: readonly string[]): void {
  const lines = languages.map((language) => `- ${language}`);
  writeFileSync(
    join(dir, 'README.md'),
    ['---', 'language:', ...lines, '---', '', '# A model', ''].join('\n'),
  );
}
