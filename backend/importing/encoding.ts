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
  if (start[0] === 0xff && start[1] === 0xfe) return { name: 'utf-16le', by: 'mark' };
  if (start[0] === 0xfe && start[1] === 0xff) return { name: 'utf-16be', by: 'mark' };
  if (given !== undefined) return { name: named(given, name), by: 'given' };
  const wide = withoutMark(start);
  if (wide !== null) return { name: wide, by: 'guessed' };
  const sample = await telling(bytes, start);
  return sample === null || isMostlyUtf8(sample)
    ? { name: 'utf-8', by: 'found' }
    : { ...guessEncoding(sample), by: 'guessed' };
}

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
  if (odd > pairs * 0.6 && even < pairs * 0.05) return 'utf-16le';
  return even > pairs * 0.6 && odd < pairs * 0.05 ? 'utf-16be' : null;
}

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
