import { isUtf8 } from 'node:buffer';
import { guessEncoding } from './encodingGuess.ts';
import type { Note } from './format.ts';

/**
 * A message in which bytes that nothing gives an encoding are UTF-8, as who takes it apart reads them: headers may have
 * only ASCII, and a body without a charset, too, but old programs write as their machine does. What was guessed is told.
 */
export function inCharacters(bytes: Buffer, file: string): { readable: Buffer; notes: Note[] } {
  if (isUtf8(bytes)) return { readable: bytes, notes: [] };
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1', 0, LONGEST_HEAD));
  const cut = end ? end.index + end[0].length : bytes.length;
  const [head, body] = [bytes.subarray(0, cut), bytes.subarray(cut)];
  const isOpen = !/\bcharset\s*=/i.test(bytes.toString('latin1'));
  if (isUtf8(head) && !(isOpen && !isUtf8(body))) return { readable: bytes, notes: [] };
  const { name } = guessEncoding(isUtf8(head) ? body : isOpen ? bytes : head);
  const decoded = (part: Buffer) => Buffer.from(new TextDecoder(name).decode(part));
  const text = `It is not UTF-8 and was read as ${name}; if characters are wrong, save the message as UTF-8.`;
  return {
    readable: Buffer.concat([isUtf8(head) ? head : decoded(head), isOpen ? decoded(body) : body]),
    notes: [{ kind: 'note', place: { file }, text }],
  };
}

/** Bytes of the headers of a message. */
const LONGEST_HEAD = 1024 * 1024;
