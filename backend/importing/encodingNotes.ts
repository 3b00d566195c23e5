import type { Note } from './format.ts';
import { MOST_LINES, REPLACED, type TextSource } from './source.ts';

/** What is worth knowing of how the bytes were read. */
export function encodingNotes({ encoding, lost, name: file }: TextSource): Note[] {
  const { name, by, words = '', others = [] } = encoding;
  const place = { file };
  const own = words === '' ? '' : ` (${words})`;
  const instead =
    others.length === 0 ? '' : `: ${others.map((other) => `${other.name} (${other.words})`).join(', ')}`;
  const guess: Note = {
    kind: 'note',
    place,
    text: `It is not UTF-8 and was read as ${name}${own}; if characters are wrong, name another encoding${instead}.`,
  };
  const { count, lines } = lost;
  const where = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}${lines.length === MOST_LINES ? ' …' : ''}`;
  const gone: Note = {
    kind: 'note',
    place,
    text: `${count === 1 ? 'One character is' : `${count} characters are`} no ${name.toUpperCase()} and became "${REPLACED}": ${where}.`,
  };
  return [...(by === 'guessed' ? [guess] : []), ...(count > 0 ? [gone] : [])];
}
