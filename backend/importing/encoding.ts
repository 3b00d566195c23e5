import { isAscii, isUtf8 } from 'node:buffer';
import { BackendError } from '../errors.ts';
import type { Bytes } from './bytes.ts';
import { guessEncoding, type Read } from './encodingGuess.ts';

/** How the bytes of a text file become characters, and how that is known. */
export interface Encoding {
  /** As TextDecoder names it. */
  readonly name: string;
  readonly by: 'mark' | 'given' | 'found' | 'guessed';
  /** Of what was guessed: words by which a person can tell whether it is right; '': there are none. */
  readonly words?: string | undefined;
  /** What they would be in others that it could be. */
  readonly others?: readonly Read[] | undefined;
}

const REPLACED = '\uFFFD';
/** The same in UTF-8, byte by byte. */
const REPLACED_BYTES = '\xEF\xBF\xBD';
const SAMPLE_BYTES = 64 * 1024;

/**
 * The encoding that is named, else that of the byte order mark, else UTF-8 where the bytes are so, but for a broken one
 * here and there; else the likeliest by statistics (`guessEncoding`). Throws `encoding_unknown` for a name that nothing has.
 */
export async function encodingOf(
  { name, bytes, start }: { readonly name: string; readonly bytes: Bytes; readonly start: Buffer },
  given: string | undefined,
): Promise<Encoding> {
  if (UTF_32.some((mark) => start.toString('latin1', 0, 4) === mark)) throw utf32(name);
  if (start[0] === 0xff && start[1] === 0xfe) return { name: 'utf-16le', by: 'mark' };
  if (start[0] === 0xfe && start[1] === 0xff) return { name: 'utf-16be', by: 'mark' };
  if (given !== undefined) return { name: named(given, name), by: 'given' };
  const wide = withoutMark(start);
  if (wide !== null) return { name: wide, by: 'guessed' };
  const said = declaredIn(start);
  const escaped = escapes(start);
  if (escaped !== null) return { name: escaped, by: said === escaped ? 'found' : 'guessed' };
  const sample = await telling(bytes, start);
  if (sample === null || isMostlyUtf8(sample)) return { name: 'utf-8', by: 'found' };
  return said === null || said === 'utf-8'
    ? { ...guessEncoding(sample), by: 'guessed' }
    : { name: said, by: 'found' };
}

const UTF_32 = ['\xff\xfe\x00\x00', '\x00\x00\xfe\xff'];

const utf32 = (name: string) =>
  new BackendError(
    'encoding_unknown',
    `"${name}" is written in UTF-32, which can't be read.`,
    'Save it as UTF-8.',
    undefined,
    { name, encoding: 'utf-32' },
  );

/** Where a page says how it is written: all browsers look so far. */
const DECLARED_WITHIN = 1024;

/** What a page of HTML or XML says of itself, of encodings that can be read; null: nothing, or it is no page. */
function declaredIn(start: Buffer): string | null {
  const head = start.toString('latin1', 0, DECLARED_WITHIN).trimStart();
  if (!head.startsWith('<')) return null;
  const [, label] =
    /^<\?xml\s[^>]*\bencoding\s*=\s*["']([\w.:-]+)/i.exec(head) ??
    /<meta\s[^>]*\bcharset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head) ??
    [];
  try {
    return label === undefined ? null : new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** ISO 2022 switches to Japanese by escapes and has no byte beyond ASCII. */
const escapes = (start: Buffer): string | null =>
  isAscii(start) && ['\x1b$@', '\x1b$B'].some((bytes) => start.includes(bytes)) ? 'iso-2022-jp' : null;

function named(given: string, name: string): string {
  try {
    return new TextDecoder(given).encoding;
  } catch {
    throw new BackendError(
      'encoding_unknown',
      `"${given.slice(0, 40)}" is no encoding that can be read ("${name}").`,
      'Use utf-8, windows-1252, iso-8859-2, shift_jis, gb18030 or the like.',
      undefined,
      { name, encoding: given.slice(0, 40) },
    );
  }
}

/** UTF-16 without its mark: every other byte of Latin text is zero. */
function withoutMark(start: Buffer): string | null {
  const pairs = Math.min(start.length, 4096) >> 1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (start[2 * i] === 0) even += 1;
    if (start[2 * i + 1] === 0) odd += 1;
  }
  if (pairs < 4) return null;
  // Of other scripts only digits, blanks and line ends have one.
  const some = Math.max(2, pairs * 0.02);
  const name = odd >= some && even === 0 ? 'utf-16le' : even >= some && odd === 0 ? 'utf-16be' : null;
  if (odd > pairs * 0.6 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.6 && odd < pairs * 0.05) return 'utf-16be';
  return name !== null && isText(start.subarray(0, 2 * pairs), name) ? name : null;
}

/** Whether bytes are characters that texts have: no controls, none that stand for nothing. */
const isText = (bytes: Buffer, encoding: string): boolean =>
  !/[^\P{C}\t\n\r\p{Cf}]|\uFFFD/u.test(new TextDecoder(encoding).decode(bytes, { stream: true }));

/** The first bytes that tell encodings apart, wherever they are; null: there is nothing but ASCII. */
async function telling(bytes: Bytes, start: Buffer): Promise<Buffer | null> {
  if (!isAscii(start)) return start;
  if (start.length < SAMPLE_BYTES) return null;
  for await (const chunk of bytes.stream()) {
    if (isAscii(chunk)) continue;
    const from = chunk.findIndex((byte) => byte >= 0x80);
    return Buffer.from(chunk.subarray(from, from + SAMPLE_BYTES));
  }
  return null;
}

function isMostlyUtf8(sample: Buffer): boolean {
  if (isUtf8(sample)) return true;
  let valid = 0;
  let broken = 0;
  // The last character of a sample may be cut. Other encodings have hardly any sequence that UTF-8 allows.
  for (const character of new TextDecoder().decode(sample, { stream: true })) {
    if (character === REPLACED) broken += 1;
    else if (character > '\x7F') valid += 1;
  }
  const written = sample.toString('latin1').split(REPLACED_BYTES).length - 1;
  return valid + written >= broken - written;
}
