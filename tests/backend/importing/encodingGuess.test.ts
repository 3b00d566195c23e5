import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guessEncoding } from '../../../backend/importing/encodingGuess.ts';
import { importFiles } from '../../../backend/importing/importing.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Text in an encoding of one byte per character. */
function bytesIn(name: string, text: string): Buffer {
  const decoder = new TextDecoder(name);
  const bytes = new Map(Array.from({ length: 256 }, (_, i) => [decoder.decode(Uint8Array.of(i)), i]));
  return Buffer.from([...text].map((character) => bytes.get(character) ?? expect.fail(character)));
}

const ENGLISH =
  'The parcel was late and the service of the store was not good at all. I want my money back. ';

test.each([
  ['windows-1250', `${ENGLISH}Mr Wałęsa called about his order.`],
  ['windows-1250', `${ENGLISH}Mr Wałęsa from Łódź called, and Mrs Świątek too.`],
  ['windows-1250', 'Email,Name\na@b.pl,Michał\nc@d.pl,Paweł\ne@f.pl,Małgorzata\n'],
  // Without a letter that only one of the two has, as without "ś" and "ź": ą is not š.
  ['windows-1250', 'Dziękuję bardzo, wszyscy są mili. Obsługa była dobra, a cena niska.'],
  ['windows-1250', 'Zboží přišlo pozdě. Výborná služba, děkuji. Cena je příliš vysoká.'],
  ['windows-1250', 'A csomag későn érkezett. Köszönöm a gyors választ! Őszintén ajánlom.'],
  ['iso-8859-2', 'Dziękuję bardzo, wszyscy są mili. Świetny produkt, źle zapakowany. Obsługa była miła.'],
  ['windows-1252', 'Die Lieferung kam zu spät¹. Schöner Stoff², gerne wieder. 12 m³ Größe, für Jürgen.'],
  ['windows-1252', 'Très déçu. Livraison à l’heure, mais le colis était abîmé. Où êtes-vous ?'],
  ['windows-1252', '¿Cuándo podría devolver el artículo? Está dañado, señor. ¡Más información mañana!'],
  ['windows-1252', `${ENGLISH}It cost 5 € or £4 in the café “Köln”, 20° and 5 m² of it.`],
  [
    'windows-1252',
    'Pakken kom for sent, og kundeservice var venlig. Den er ødelagt, år efter år. Så ærgerligt.',
  ],
  [
    'windows-1254',
    'Paket çok geç geldi. Ürünü iade etmek istiyorum çünkü hasarlı. Teşekkür ederim, şimdi değil.',
  ],
  ['windows-1251', 'Посылка пришла слишком поздно, а поддержка была очень любезной.'],
  ['ibm866', 'Посылка пришла слишком поздно, а поддержка была очень любезной.'],
  ['macintosh', 'Die Lieferung kam zu spät, die Größe paßt nicht für mich, schöne Grüße.'],
])('%s: %s', (name, text) => {
  const guess = guessEncoding(bytesIn(name, text));
  expect(new TextDecoder(guess.name).decode(bytesIn(name, text))).toBe(text);
});

test.each([
  'I don’t like it',
  'They can’t say when it’ll come',
  'Ada’s order isn’t there, we’ve waited and they’re closed',
  'Mrs O’Brien called about the order',
  'The customer’s complaint – “never again” – is about the courier’s tone',
  'C’est l’heure, j’attends aujourd’hui qu’il m’appelle, d’accord',
  'Geht’s noch? Ich hab’s bezahlt, gibt’s nicht',
  'L’ordine dell’anno: un’altra volta nell’armadio, quell’articolo',
  'Mijn foto’s, auto’s en ’s avonds',
])('apostrophes of word processors are no signs within words: %s', (sentence) => {
  for (const times of [1, 3, 40]) {
    for (const around of ['', 'The parcel was late. ']) {
      const text = `${around}${sentence}.\r\n`.repeat(times);
      expect(
        new TextDecoder(guessEncoding(bytesIn('windows-1252', text)).name).decode(
          bytesIn('windows-1252', text),
        ),
      ).toBe(text);
    }
  }
});

test.each([
  'María García llamó el sábado: el artículo está dañado y así no sirve.',
  'Aún así, el envío llegó tarde; el país está lejos. ¿Qué día será?',
])('files of a Mac stay such: %s', (text) => {
  expect(guessEncoding(bytesIn('macintosh', `${text} `.repeat(5))).name).toBe('macintosh');
});

test('where nothing decides, words show what it would be in others', async () => {
  const text = `${ENGLISH}Mr Dvořák called.`;
  const guess = guessEncoding(bytesIn('windows-1250', text));
  expect([guess, ...guess.others]).toContainEqual(
    expect.objectContaining({ name: 'windows-1250', words: 'Dvořák' }),
  );
  expect(guess.words).not.toBe('');

  const file = join(temporaryFolder(), 'a.csv');
  writeFileSync(file, bytesIn('windows-1250', `id,text\n1,"${text}"\n`));
  const { notes } = await importFiles(newProject([]), { files: [file], annotator: 'ada' });
  expect(notes).toEqual([expect.stringContaining('windows-1250 (Dvořák)')]);
});

test('nothing but signs is no word to tell by', () => {
  expect(guessEncoding(Buffer.from('a \x96 b \x80', 'latin1'))).toMatchObject({ words: '', others: [] });
});
